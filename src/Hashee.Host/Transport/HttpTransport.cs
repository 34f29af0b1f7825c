using System.Diagnostics;
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

    private readonly Lock _gate = new();
    private readonly Stack<HttpLine> _idle = [];
    private bool _isDisposed;

    /// <summary>Connects ahead of the first request, on this thread: that belongs into INIT with its full processor.</summary>
    internal void Open(Deadline deadline) => Keep(new HttpLine(origin.IsTls
        ? TlsConnection.Connect(trust.Context, origin, deadline)
        : TcpConnection.Connect(origin, deadline)));

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
            catch (ConnectionClosedException) when (call.IsRepeatable && !kept.Answer.HasBegun && (call.BodyStream is null || bodyStart >= 0))
            {
                if (call.BodyStream is { } body)
                {
                    body.Position = bodyStart;
                }
            }
        }

        return await ExchangeAsync(new HttpLine(await ConnectAsync(limit).ConfigureAwait(false)), call, limit).ConfigureAwait(false);
    }

    /// <summary>Takes a connection back that may carry another request.</summary>
    internal void Keep(HttpLine line)
    {
        line.IdleSince = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (!_isDisposed && _idle.Count < MostIdle)
            {
                _idle.Push(line);
                return;
            }
        }

        line.Dispose();
    }

    /// <summary>Closes the connections that nobody uses; the others close when their answers are disposed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            while (_idle.TryPop(out HttpLine? line))
            {
                line.Dispose();
            }
        }
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

            if (Stopwatch.GetElapsedTime(line.IdleSince) < LongestIdle && line.Connection.IsIdle)
            {
                return line;
            }

            line.Dispose();
        }
    }

    private async ValueTask<HttpReply> ExchangeAsync(HttpLine line, HttpCall call, TimeLimit limit)
    {
        bool isReplied = false;
        try
        {
            line.Answer.Begin(call.IsHead);
            try
            {
                await WriteAsync(line, call, limit).ConfigureAwait(false);
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

    private async ValueTask WriteAsync(HttpLine line, HttpCall call, TimeLimit limit)
    {
        ByteBuffer output = line.Output;
        WriteHead(output, call);
        call.IsWritten = true;
        if (call.Body.Length <= LargestPiece)
        {
            output.Append(call.Body.Span);
            await line.WriteAsync(output.WrittenMemory, limit).ConfigureAwait(false);
        }
        else
        {
            await line.WriteAsync(output.WrittenMemory, limit).ConfigureAwait(false);
            await line.WriteAsync(call.Body, limit).ConfigureAwait(false);
        }

        if (call.BodyStream is not null)
        {
            await WriteBodyStreamAsync(line, call, limit).ConfigureAwait(false);
        }
    }

    private static async ValueTask WriteBodyStreamAsync(HttpLine line, HttpCall call, TimeLimit limit)
    {
        byte[] piece = new byte[LargestPiece];
        long rest = call.BodyLength ?? long.MaxValue;
        while (rest > 0)
        {
            int count = await call.BodyStream!.ReadAsync(piece.AsMemory(0, (int)Math.Min(rest, piece.Length)), limit.Token).ConfigureAwait(false);
            if (count == 0)
            {
                if (call.BodyLength is not null)
                {
                    throw new TransportException("writing: the body is shorter than was said");
                }

                break;
            }

            rest -= count;
            if (call.BodyLength is not null)
            {
                await line.WriteAsync(piece.AsMemory(0, count), limit).ConfigureAwait(false);
                continue;
            }

            line.Output.Clear();
            line.Output.AppendHex(count);
            line.Output.Append("\r\n"u8);
            line.Output.Append(piece.AsSpan(0, count));
            line.Output.Append("\r\n"u8);
            await line.WriteAsync(line.Output.WrittenMemory, limit).ConfigureAwait(false);
        }

        if (call.BodyLength is null)
        {
            line.Output.Clear();
            line.Output.Append("0\r\n\r\n"u8);
            await line.WriteAsync(line.Output.WrittenMemory, limit).ConfigureAwait(false);
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

        if (call.BodyStream is not null && call.BodyLength is null)
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
        catch
        {
            ((Connection?)tls ?? tcp).Dispose();
            throw;
        }
    }

    /// <summary>Tries every address of the host in turn; each gets an equal share of the time that is left.</summary>
    private async ValueTask<TcpConnection> ConnectTcpAsync(TimeLimit limit)
    {
        string action = $"connecting to {origin.Authority}";
        Poller.Check(action, limit);
        HostAddress[] addresses = Resolver.NeedsNoNameServer(origin)
            ? Resolver.Find(origin, limit.Deadline)
            : await Task.Run(() => Resolver.Find(origin, limit.Deadline), limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        string failure = "no address";
        for (int i = 0; i < addresses.Length; i++)
        {
            TimeSpan share = limit.Deadline.Remaining / (addresses.Length - i);
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

        throw new TransportException($"{action} failed: {failure}");
    }
}
