import NIOPosix

/// Runs what waits for the disk or for the replica's lock on threads that may wait.
///
/// The lock is shared with the command line: while that holds it, neither the event loops nor the few threads on
/// which Swift's tasks run must stand still.
final class BlockingExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        NIOThreadPool.singleton.submit { [self] _ in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
