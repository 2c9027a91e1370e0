// swift-tools-version: 6.2
import PackageDescription

// One set of rules for every target of ours. Layering is enforced by
// `swift build --explicit-target-dependency-import-check error` (see dev/test).
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let core: Target.Dependency = "PlanSyncCore"
let wire: Target.Dependency = "PlanSyncWire"
let planFile: Target.Dependency = "PlanSyncPlanFile"
let tls: Target.Dependency = "PlanSyncTLS"
let transport: Target.Dependency = "PlanSyncTransport"
let store: Target.Dependency = "PlanSyncStore"
let server: Target.Dependency = "PlanSyncServer"
let serverSQLite: Target.Dependency = "PlanSyncServerSQLite"
let client: Target.Dependency = "PlanSyncClient"
let sheets: Target.Dependency = "PlanSyncSheets"
let charts: Target.Dependency = "PlanSyncCharts"
let page: Target.Dependency = "PlanSyncPage"
let simulation: Target.Dependency = "PlanSyncSimulation"
let seeds: Target.Dependency = "PlanSyncSeeds"

let bigInt: Target.Dependency = .product(name: "BigInt", package: "BigInt")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioTestUtils: Target.Dependency = .product(name: "NIOTestUtils", package: "swift-nio")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let shared: [Target] = [
    .target(name: "PlanSyncCore", dependencies: [bigInt], path: "Sources/Shared/Core", swiftSettings: house),
    .target(name: "PlanSyncWire", dependencies: [core], path: "Sources/Shared/Wire", swiftSettings: house),
    .target(
        name: "PlanSyncPlanFile", dependencies: [core, yams], path: "Sources/Shared/PlanFile", swiftSettings: house),
    .systemLibrary(
        name: "CSQLite", path: "Sources/Shared/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(
        name: "PlanSyncStore", dependencies: [core, grdb, sqlite, "CSQLite"], path: "Sources/Shared/Store",
        swiftSettings: house),
    .systemLibrary(
        name: "COpenSSL", path: "Sources/Shared/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "PlanSyncTLS", dependencies: [core, "COpenSSL"], path: "Sources/Shared/TLS", swiftSettings: house),
    .target(
        name: "PlanSyncTransport", dependencies: [wire, tls, nioCore, nioPosix], path: "Sources/Shared/Transport",
        swiftSettings: house),
]

let serverSide: [Target] = [
    .target(
        name: "PlanSyncServer", dependencies: [core, wire, logging], path: "Sources/Server/Engine",
        swiftSettings: house),
    .target(
        name: "PlanSyncServerSQLite", dependencies: [core, server, store, grdb], path: "Sources/Server/SQLite",
        swiftSettings: house),
    .executableTarget(
        name: "plansyncd",
        dependencies: [
            core, wire, planFile, store, server, serverSQLite, transport, tls, arguments, lifecycle, signals, logging,
            nioCore, nioPosix,
        ], path: "Sources/Server/Daemon", swiftSettings: house),
]

let clientSide: [Target] = [
    .target(
        name: "PlanSyncClient", dependencies: [core, wire, store, grdb], path: "Sources/Client/Engine",
        swiftSettings: house),
    .target(name: "PlanSyncCharts", path: "Sources/Client/Charts", swiftSettings: house),
    .systemLibrary(
        name: "CXlsxWriter", path: "Sources/Client/CXlsxWriter", pkgConfig: "xlsxwriter",
        providers: [.apt(["libxlsxwriter-dev"])]),
    .systemLibrary(
        name: "CZip", path: "Sources/Client/CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(
        name: "CExpat", path: "Sources/Client/CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .target(
        name: "PlanSyncSheets", dependencies: [core, client, "CXlsxWriter", "CZip", "CExpat"],
        path: "Sources/Client/Sheets", swiftSettings: house),
    .target(
        name: "PlanSyncPage",
        dependencies: [
            core, wire, planFile, client, sheets, charts, hummingbird, httpTypes, nioCore, nioPosix, logging, lifecycle,
        ],
        path: "Sources/Client/Page", swiftSettings: house),
    .executableTarget(
        name: "plansync", dependencies: [core, wire, client, page, sheets, transport, tls, arguments, logging],
        path: "Sources/Client/Tool", swiftSettings: house),
]

let tests: [Target] = [
    .target(name: "PlanSyncSeeds", path: "Tests/Seeds", swiftSettings: house),
    .target(
        name: "PlanSyncSimulation", dependencies: [core, wire, store, server, serverSQLite, client, seeds, grdb],
        path: "Tests/Simulation", exclude: ["regressions.txt"], swiftSettings: house),
    .executableTarget(name: "simulate", dependencies: [simulation], path: "Tests/Simulate", swiftSettings: house),
    .testTarget(name: "CoreTests", dependencies: [core, seeds], swiftSettings: house),
    .testTarget(name: "WireTests", dependencies: [core, wire, seeds], swiftSettings: house),
    .testTarget(name: "PlanFileTests", dependencies: [core, wire, planFile], swiftSettings: house),
    .testTarget(name: "TLSTests", dependencies: [tls], swiftSettings: house),
    .testTarget(
        name: "TransportTests",
        dependencies: [transport, wire, tls, nioCore, nioPosix, nioEmbedded, nioTestUtils], swiftSettings: house),
    .testTarget(name: "StoreTests", dependencies: [core, store, grdb, sqlite], swiftSettings: house),
    .testTarget(
        name: "ServerTests", dependencies: [core, wire, server, serverSQLite, seeds, grdb], swiftSettings: house),
    .testTarget(name: "ClientTests", dependencies: [core, wire, client, seeds, grdb], swiftSettings: house),
    .testTarget(name: "ChartsTests", dependencies: [charts], swiftSettings: house),
    .testTarget(
        name: "SheetsTests", dependencies: [core, client, sheets, seeds, "CZip"], swiftSettings: house),
    .testTarget(
        name: "PageTests",
        dependencies: [core, wire, client, page, hummingbird, httpTypes, nioCore, nioEmbedded, logging],
        swiftSettings: house),
    .testTarget(
        name: "SimulationTests", dependencies: [core, client, simulation, seeds, grdb, sqlite], swiftSettings: house),
    .testTarget(name: "TidyTests", swiftSettings: house),
    .testTarget(name: "AcceptanceTests", swiftSettings: house),
]

let package = Package(
    name: "plansync",
    products: [
        .executable(name: "plansyncd", targets: ["plansyncd"]),
        .executable(name: "plansync", targets: ["plansync"]),
    ],
    dependencies: [
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: shared + serverSide + clientSide + tests,
    swiftLanguageModes: [.v6]
)

// `dev/fuzz` and `dev/leaks` set this: their flags are unsafe ones, which a plain build shall not have.
if Context.environment["PLANSYNC_SANITIZED"] != nil {
    package.targets += [
        .executableTarget(
            name: "fuzz",
            dependencies: [
                core, wire, planFile, tls, transport, server, serverSQLite, client, sheets, nioCore, grdb,
            ],
            path: "Tests/Fuzz", exclude: ["Corpus", "make_corpus.py"],
            swiftSettings: house + [.unsafeFlags(["-parse-as-library"])]),
        .executableTarget(name: "leaks", dependencies: [tls], path: "Tests/Leaks", swiftSettings: house),
    ]
}
