// Framing in both directions and what depends on it: the deadline of a frame that was begun,
// the deadline of a peer that does not read, back-pressure, and one flush for all replies of
// one read. A payload is `[UInt8]` on the owner's side: the JSON scanner works on an array, so
// a frame is copied once from the socket's buffer and nothing of NIO reaches the owner's code.

package import NIOCore

/// Turns bytes into frames and payloads into frames.
///
/// Fires ``FrameError/length(_:limit:)`` and takes no more input then: the owner answers and
/// closes. Fires ``FrameError/late``, ``FrameError/idle`` and ``FrameError/unread`` and closes by
/// itself.
package final class FrameHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = [UInt8]
    package typealias OutboundIn = [UInt8]
    package typealias OutboundOut = ByteBuffer

    private let settings: TransportSettings
    private var decoder: FrameDecoder
    private var context: ChannelHandlerContext?
    private var frameDeadline: LazyDeadline?
    private var unreadDeadline: LazyDeadline?
    private var idleDeadline: LazyDeadline?

    private var isRefused = false
    private var isInRead = false
    private var isFlushAsked = false
    private var isReadHeld = false

    private var outgoing: ByteBuffer?
    private var outgoingPromise: EventLoopPromise<Void>?
    private var unfinishedWrites = 0
    private var closing: Closing?

    /// A close that waits for the writes before it.
    private struct Closing {
        let promise: EventLoopPromise<Void>?
        let timer: Scheduled<Void>?
    }

    /// A large answer is written in portions of this many bytes, each a sign that the peer reads.
    private static let portionBytes = 262_144

    /// A handler that takes frames up to the limit, in bytes.
    package init(limit: Int, settings: TransportSettings) {
        decoder = FrameDecoder(limit: limit)
        self.settings = settings
    }

    /// Bytes that a frame may have; raised when the peer has shown who it is.
    ///
    /// For use on the event loop.
    package var limit: Int {
        get { decoder.limit }
        set { decoder.limit = newValue }
    }

    /// Lets the peer say nothing for as long as it likes, because it has shown who it is.
    ///
    /// For use on the event loop.
    package func allowIdling() {
        idleDeadline?.cancel()
        idleDeadline = nil
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        frameDeadline = LazyDeadline(on: context.eventLoop, amount: TimeAmount(settings.frameTime)) { [weak self] in
            self?.pass(.late)
        }
        unreadDeadline = LazyDeadline(on: context.eventLoop, amount: TimeAmount(settings.unreadTime)) { [weak self] in
            self?.pass(.unread)
        }
        if let idleTime = settings.idleTime {
            idleDeadline = LazyDeadline(on: context.eventLoop, amount: TimeAmount(idleTime)) { [weak self] in
                self?.pass(.idle)
            }
            idleDeadline?.begin()
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        tearDown()
        self.context = nil
    }

    package func channelInactive(context: ChannelHandlerContext) {
        tearDown()
        context.fireChannelInactive()
    }

    private func tearDown() {
        isRefused = true
        frameDeadline?.cancel()
        unreadDeadline?.cancel()
        allowIdling()
        outgoing = nil
        outgoingPromise?.fail(ChannelError.ioOnClosedChannel)
        outgoingPromise = nil
        finishClosing()
    }

    private func pass(_ error: FrameError) {
        guard let context else { return }
        isRefused = true
        context.fireErrorCaught(error)
        // Past the waiting in `close`: what is unread stays unread.
        context.close(promise: nil)
    }
}

// MARK: inbound

extension FrameHandler {
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isInRead = true
        var buffer = unwrapInboundIn(data)
        do throws(FrameError) {
            // The owner may refuse, close or raise the limit between two frames.
            while !isRefused, closing == nil, let frame = try decoder.next(&buffer) {
                frameDeadline?.lift()
                idleDeadline?.restart()
                context.fireChannelRead(wrapInboundOut(frame))
            }
        } catch {
            isRefused = true
            frameDeadline?.lift()
            context.fireErrorCaught(error)
        }
        if !isRefused, decoder.isAmidFrame {
            let slowest = decoder.announcedBytes / max(1, settings.frameBytesPerSecond)
            frameDeadline?.amount = max(TimeAmount(settings.frameTime), .seconds(Int64(clamping: slowest)))
            frameDeadline?.begin()
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        isInRead = false
        if isFlushAsked { flushNow(context) }
    }

    package func read(context: ChannelHandlerContext) {
        // A peer that does not read its answers gets no more questions in.
        if context.channel.isWritable {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isReadHeld {
            isReadHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }
}

// MARK: outbound

extension FrameHandler {
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let payload = unwrapOutboundIn(data)
        guard let length = UInt32(exactly: payload.count), length > 0 else {
            promise?.fail(FrameError.payload(payload.count))
            return
        }
        guard closing == nil else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        var buffer = outgoing ?? context.channel.allocator.buffer(capacity: payload.count + 4)
        outgoing = nil
        buffer.writeInteger(length)
        buffer.writeBytes(payload)
        let count = buffer.readableBytes
        outgoing = buffer
        if let promise {
            if let outgoingPromise {
                outgoingPromise.futureResult.cascade(to: promise)
            } else {
                outgoingPromise = promise
            }
        }
        // Replies of one read wait for each other, but not in any amount.
        if isInRead, isFlushAsked, count >= Self.portionBytes { flushNow(context) }
    }

    package func flush(context: ChannelHandlerContext) {
        isFlushAsked = true
        if !isInRead { flushNow(context) }
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        isFlushAsked = false
        guard var buffer = outgoing else { return context.flush() }
        outgoing = nil
        let promise = outgoingPromise
        outgoingPromise = nil
        while let portion = buffer.readSlice(length: min(buffer.readableBytes, Self.portionBytes)) {
            let isLast = buffer.readableBytes == 0
            let done = context.eventLoop.makePromise(of: Void.self)
            if isLast { done.futureResult.cascade(to: promise) }
            unfinishedWrites += 1
            done.futureResult.assumeIsolated().whenComplete { [self] _ in finishWrite() }
            context.write(wrapOutboundOut(portion), promise: done)
            if isLast { break }
        }
        context.flush()
        if unfinishedWrites > 0 { unreadDeadline?.begin() }
    }

    private func finishWrite() {
        unfinishedWrites -= 1
        guard unfinishedWrites == 0 else {
            unreadDeadline?.restart()
            return
        }
        unreadDeadline?.lift()
        finishClosing()
    }

    /// Closes once what was written before is out, or after the time that settings give it.
    ///
    /// A second close does not wait.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, closing == nil else { return context.close(mode: mode, promise: promise) }
        flushNow(context)
        guard unfinishedWrites > 0 else { return context.close(mode: mode, promise: promise) }
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(settings.closeTime)) { [self] in
            finishClosing()
        }
        closing = Closing(promise: promise, timer: timer)
    }

    private func finishClosing() {
        guard let closing else { return }
        self.closing = nil
        isRefused = true
        closing.timer?.cancel()
        guard let context, context.channel.isActive else {
            closing.promise?.succeed()
            return
        }
        context.close(promise: closing.promise)
    }
}
