using System.Text;
using Hashee.Formats;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// HTTP/1.1 to one origin: as many connections as there are requests at the same time, kept for the next ones. A kept connection that died while nobody used
/// it is replaced once, silently, where the request may be repeated. Waiting holds no thread. Redirects are not followed, nothing compressed is asked for,
/// interim answers are skipped. Failures are <see cref="TransportException"/>s, cancellation is an <see cref="OperationCanceledException"/>.
/// </summary>
/// <param name="origin">Where to connect; the certificate must be for this host.</param>
/// <param name="trust">Whose certificates are accepted on TLS.</param>
internal sealed class HttpTransport(Origin origin, Trust trust) : IDisposable
{
    private const int MostIdle = 32;
    private const int LargestPiece = 64 * 1024;

    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(5);

    /// <summary>What resolving, connecting and shaking hands may take together, however long the caller would wait for the answer.</summary>
    private static readonly TimeSpan LongestConnecting = TimeSpan.FromSeconds(15);

    /// <summary>What an address may take while there is another one to try.</summary>
    private static readonly TimeSpan LongestAddress = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Stack<HttpLine> _idle = [];
    private bool _isRetired;
    private bool _isDisposed;

    /// <summary>
    /// Connects ahead of the first request, on this thread: that belongs into INIT with its full processor. Meanwhile the threads of the first request start.
    /// </summary>
    internal void Open(Deadline deadline)
    {
        ThreadPool.UnsafeQueueUserWorkItem(static _ => Poller.Prepare(), null);

        // A connection that is made without a limit blocks ever after.
        Deadline limit = deadline.OrEarlier(Deadline.After(LongestIdle));
        Keep(new HttpLine(origin.IsTls ? TlsConnection.Connect(trust.Context, origin, limit) : TcpConnection.Connect(origin, limit)));
    }

    /// <summary>Sends a request and waits for the head of its answer.</summary>
    /// <returns>The answer, which the caller disposes: only then its connection serves others.</returns>
    internal async ValueTask<HttpReply> SendAsync(HttpCall call, TimeLimit limit)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long bodyStart = call.BodyStream is { CanSeek: true } seekable ? seekable.Position : -1;
        if (TakeIdle() is { } kept)
        {
            try
            {
                return await ExchangeAsync(kept, call, limit).ConfigureAwait(false);
            }
            catch (ConnectionClosedException) when (call.IsRepeatable && !kept.Answer.HasBegun && (!call.IsStreamed || bodyStart >= 0))
            {
                if (call.BodyStream is { } body)
                {
                    body.Position = bodyStart;
                }
            }
        }

        TimeLimit connecting = limit with { Deadline = limit.Deadline.OrEarlier(Deadline.After(LongestConnecting)) };
        return await ExchangeAsync(new HttpLine(await ConnectAsync(connecting).ConfigureAwait(false)), call, limit).ConfigureAwait(false);
    }

    /// <summary>Takes a connection back that may carry another request.</summary>
    internal void Keep(HttpLine line)
    {
        line.KeptUntil = Deadline.After(IdleTime(line.Answer));
        line.Answer.Shrink();
        lock (_gate)
        {
            if (!_isRetired && _idle.Count < MostIdle)
            {
                _idle.Push(line);
                return;
            }
        }

        line.Dispose();
    }

    /// <summary>Keeps no connection any more: those that nobody uses close now, the others when their answers are disposed.</summary>
    internal void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
            while (_idle.TryPop(out HttpLine? line))
            {
                line.Dispose();
            }
        }
    }

    /// <summary>The same, and sends nothing any more.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Retire();
    }

    private HttpLine? TakeIdle()
    {
        while (true)
        {
            HttpLine? line;
            lock (_gate)
            {
                if (!_idle.TryPop(out line))
                {
                    return null;
                }
            }

            if (!line.KeptUntil.HasPassed && line.Connection.IsIdle)
            {
                return line;
            }

            line.Dispose();
        }
    }

    /// <summary>
    /// How long a connection is worth keeping. A server that says when it closes one gets no request in its last second: that might meet the end of
    /// the connection, and not every request may be repeated.
    /// </summary>
    private static TimeSpan IdleTime(HttpAnswer answer)
    {
        ReadOnlySpan<byte> timeout = "timeout="u8;
        if (!answer.HasHead || !answer.TryGetHeader("keep-alive"u8, out ReadOnlySpan<byte> value) || value.Length < timeout.Length ||
            !Ascii.EqualsIgnoreCase(value[..timeout.Length], timeout))
        {
            return LongestIdle;
        }

        ReadOnlySpan<byte> digits = value[timeout.Length..];
        digits = digits.IndexOf((byte)',') is var comma and >= 0 ? digits[..comma] : digits;
        if (!Digits.TryParse(digits.TrimEnd((byte)' '), out long seconds))
        {
            return LongestIdle;
        }

        return TimeSpan.FromSeconds(Math.Clamp(seconds - 1, 0, LongestIdle.TotalSeconds));
    }

    private async ValueTask<HttpReply> ExchangeAsync(HttpLine line, HttpCall call, TimeLimit limit)
    {
        bool isReplied = false;
        try
        {
            line.Answer.Begin(call.IsHead);
            try
            {
                line.IsOnlyRead = !await TryWriteAsync(line, call, limit).ConfigureAwait(false);
            }
            catch (ConnectionClosedException)
            {
                // A server may refuse a body, and close, before it has all of it.
                line.IsOnlyRead = true;
                if (!await TryReadHeadAsync(line, limit).ConfigureAwait(false))
                {
                    throw;
                }
            }

            while (!line.Answer.HasHead)
            {
                await line.FillAsync(limit).ConfigureAwait(false);
            }

            isReplied = true;
            return new HttpReply(this, line, limit);
        }
        finally
        {
            if (!isReplied)
            {
                line.Dispose();
            }
        }
    }

    private static async ValueTask<bool> TryReadHeadAsync(HttpLine line, TimeLimit limit)
    {
        try
        {
            while (!line.Answer.HasHead)
            {
                await line.FillAsync(limit).ConfigureAwait(false);
            }

            return true;
        }
        catch (ConnectionClosedException)
        {
            return false;
        }
    }

    /// <returns>False when the server refused the request before it had all of it.</returns>
    private async ValueTask<bool> TryWriteAsync(HttpLine line, HttpCall call, TimeLimit limit)
    {
        ByteBuffer output = line.Output;
        WriteHead(output, call);
        call.IsWritten = true;
        bool isSmall = call.Body.Length <= LargestPiece;
        if (isSmall)
        {
            output.Append(call.Body.Span);
        }

        return await line.TryWriteAsync(output.WrittenMemory, limit).ConfigureAwait(false)
            && (isSmall || await line.TryWriteAsync(call.Body, limit).ConfigureAwait(false))
            && (!call.IsStreamed || await TryWriteBodyAsync(line, call, limit).ConfigureAwait(false));
    }

    private static async ValueTask<bool> TryWriteBodyAsync(HttpLine line, HttpCall call, TimeLimit limit)
    {
        HttpRequestBody body = new(line, call.BodyLength, limit);
        try
        {
            if (call.BodyStream is not null)
            {
                await CopyAsync(call.BodyStream, call.BodyLength, body, limit).ConfigureAwait(false);
            }
            else
            {
                await call.WriteBody!(body, limit).ConfigureAwait(false);
            }
        }
        catch (Exception) when (body.IsRefused)
        {
            // Whatever it is: who writes was told to stop.
        }

        return await body.TryEndAsync().ConfigureAwait(false);
    }

    private static async ValueTask CopyAsync(Stream from, long? length, HttpRequestBody to, TimeLimit limit)
    {
        byte[] piece = new byte[LargestPiece];
        long rest = length ?? long.MaxValue;
        while (rest > 0)
        {
            Poller.Check("reading the request's body", limit);
            ValueTask<int> reading = from.ReadAsync(piece.AsMemory(0, (int)Math.Min(rest, piece.Length)), limit.Token);
            int count = reading.IsCompleted ? reading.GetAwaiter().GetResult() : await WaitAsync(reading.AsTask(), limit).ConfigureAwait(false);
            if (count == 0 || !await to.TryWriteAsync(piece.AsMemory(0, count)).ConfigureAwait(false))
            {
                break;
            }

            rest -= count;
        }
    }

    /// <summary>Waits for a caller's stream, which may know nothing of limits. What it reads too late goes into a buffer that nobody has any more.</summary>
    private static async Task<int> WaitAsync(Task<int> reading, TimeLimit limit)
    {
        try
        {
            int milliseconds = limit.Deadline.PollMilliseconds;
            return await reading.WaitAsync(TimeSpan.FromMilliseconds(milliseconds), limit.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TransportException($"reading the request's body: {Connection.TimeLimitReached}");
        }
    }

    private void WriteHead(ByteBuffer output, HttpCall call)
    {
        output.Clear();
        output.Append(call.Method);
        output.Append((byte)' ');
        output.Append(call.Target);
        output.Append(" HTTP/1.1\r\nHost: "u8);
        output.Append(origin.Authority);
        output.Append("\r\n"u8);
        foreach ((string name, string value) in call.Headers)
        {
            output.Append(name);
            output.Append(": "u8);
            output.Append(value);
            output.Append("\r\n"u8);
        }

        if (call.IsStreamed && call.BodyLength is null)
        {
            output.Append("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (call.HasBody)
        {
            output.Append("Content-Length: "u8);
            output.Append(call.BodyLength ?? call.Body.Length);
            output.Append("\r\n"u8);
        }

        output.Append("\r\n"u8);
    }

    private async ValueTask<Connection> ConnectAsync(TimeLimit limit)
    {
        TcpConnection tcp = await ConnectTcpAsync(limit).ConfigureAwait(false);
        if (!origin.IsTls)
        {
            return tcp;
        }

        TlsConnection? tls = null;
        try
        {
            tls = TlsConnection.Over(tcp, trust.Context, origin);
            string action = $"the TLS handshake with {origin.Authority}";
            while (tls.TryHandshake(action) is var awaited and not 0)
            {
                await Poller.WaitAsync(tls.Descriptor, awaited, action, limit).ConfigureAwait(false);
            }

            return tls;
        }
        catch (Exception exception)
        {
            ((Connection?)tls ?? tcp).Dispose();
            if (exception is TransportException failure)
            {
                failure.Step = TransportStep.ShakingHands;
            }

            throw;
        }
    }

    /// <summary>Tries every address of the host in turn; each gets an equal share of the time that is left, and 3 s where another one follows.</summary>
    private async ValueTask<TcpConnection> ConnectTcpAsync(TimeLimit limit)
    {
        string action = $"connecting to {origin.Authority}";
        Poller.Check(action, limit);
        HostAddress[] addresses = await ResolveAsync(limit).ConfigureAwait(false);
        string failure = "no address";
        for (int i = 0; i < addresses.Length; i++)
        {
            TimeSpan share = limit.Deadline.Remaining / (addresses.Length - i);
            if (i < addresses.Length - 1 && share > LongestAddress)
            {
                share = LongestAddress;
            }

            TcpConnection? tcp = null;
            try
            {
                TimeLimit shareLimit = limit with { Deadline = limit.Deadline.OrEarlier(Deadline.After(share)) };
                tcp = TcpConnection.Begin(addresses[i]);
                await Poller.WaitAsync(tcp.Descriptor, Libc.Writable, "", shareLimit).ConfigureAwait(false);
                if (tcp.ConnectError() is not { } error)
                {
                    return tcp;
                }

                failure = error;
            }
            catch (TransportException exception)
            {
                failure = exception.Message.TrimStart(':', ' ');
            }
            catch
            {
                tcp?.Dispose();
                throw;
            }

            tcp?.Dispose();
        }

        throw new TransportException($"{action} failed: {failure}") { Step = TransportStep.Connecting };
    }

    private async ValueTask<HostAddress[]> ResolveAsync(TimeLimit limit)
    {
        try
        {
            return Resolver.NeedsNoNameServer(origin)
                ? Resolver.Find(origin, limit.Deadline)
                : await Task.Run(() => Resolver.Find(origin, limit.Deadline), limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (TransportException failure)
        {
            failure.Step = TransportStep.Resolving;
            throw;
        }
    }
}
