using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// TLS by OpenSSL over a TCP connection. The handshake has succeeded and the certificate fits the origin when there is an object. OpenSSL
/// tells a session's state from its thread's error queue, which others may have left errors in: so it is cleared before each call.
/// </summary>
internal sealed unsafe class TlsConnection : Connection
{
    /// <summary>What a server may send unasked before its connection counts as dead.</summary>
    private const int MostTickets = 16;

    private readonly TcpConnection _tcp;
    private readonly string _authority;
    private void* _session;
    private bool _isBroken;

    private TlsConnection(TcpConnection tcp, void* session, string authority)
    {
        _tcp = tcp;
        _session = session;
        _authority = authority;
    }

    /// <summary>
    /// A read that would have to wait says that the server has neither sent nor closed; it also takes in session tickets that came late.
    /// </summary>
    internal override bool IsIdle
    {
        get
        {
            byte next;
            for (int tickets = 0; tickets < MostTickets; tickets++)
            {
                LibCrypto.ClearErrors();
                int result = LibSsl.Peek(_session, &next, 1);
                if (result > 0 || LibSsl.ErrorOf(_session, result) != LibSsl.WantsRead)
                {
                    break;
                }

                if (_tcp.IsIdle)
                {
                    return true;
                }
            }

            _isBroken = true;
            LibCrypto.ClearErrors();
            return false;
        }
    }

    /// <summary>Connects and shakes hands; the certificate's chain, dates and host name or IP address are verified by OpenSSL.</summary>
    internal static TlsConnection Connect(TlsContext context, Origin origin, Deadline deadline) =>
        Connect(TcpConnection.Connect(origin, deadline), context, origin, deadline);

    /// <summary>Shakes hands on a connection that is there, and is the session's from now on.</summary>
    internal static TlsConnection Connect(TcpConnection tcp, TlsContext context, Origin origin, Deadline deadline)
    {
        TlsConnection connection = Over(tcp, context, origin);
        try
        {
            string action = $"the TLS handshake with {connection._authority}";
            while (connection.TryHandshake(action) is var awaited and not 0)
            {
                WaitFor(connection.Descriptor, awaited, action, deadline);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A session that has not shaken hands yet.</summary>
    internal static TlsConnection Over(TcpConnection tcp, TlsContext context, Origin origin)
    {
        TlsConnection connection = new(tcp, LibSsl.NewSession(context.Handle), origin.Authority);
        try
        {
            connection.Expect(origin.Host);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal override int Descriptor => _tcp.Descriptor;

    internal override short TryRead(Span<byte> destination, out int count)
    {
        fixed (byte* buffer = destination)
        {
            LibCrypto.ClearErrors();
            count = LibSsl.Read(_session, buffer, destination.Length);
            if (count > 0)
            {
                return 0;
            }

            int error = LibSsl.ErrorOf(_session, count);
            count = 0;
            return error == LibSsl.EndOfStream ? (short)0 : EventFor(error, "reading");
        }
    }

    internal override short TryWrite(ReadOnlySpan<byte> source, out int count)
    {
        fixed (byte* buffer = source)
        {
            LibCrypto.ClearErrors();
            count = LibSsl.Write(_session, buffer, source.Length);
            if (count > 0)
            {
                return 0;
            }

            int error = LibSsl.ErrorOf(_session, count);
            count = 0;
            return EventFor(error, "writing");
        }
    }

    public override void Dispose()
    {
        if (_session != null)
        {
            if (!_isBroken)
            {
                _ = LibSsl.Shutdown(_session);
            }

            LibSsl.FreeSession(_session);
            _session = null;
            LibCrypto.ClearErrors();
        }

        _tcp.Dispose();
    }

    private void Expect(string host)
    {
        if (_session == null)
        {
            throw new TransportException("OpenSSL could not be set up");
        }

        Span<byte> terminated = stackalloc byte[NullTerminated.Size(host)];
        NullTerminated.Write(host, terminated);
        fixed (byte* name = terminated)
        {
            bool isSet = IpAddress.IsV4(host) || IpAddress.IsV6(host)
                ? LibCrypto.SetExpectedAddress(LibSsl.VerificationParameters(_session), name) == 1
                : LibSsl.SetExpectedHost(_session, name) == 1 && LibSsl.ControlSession(_session, LibSsl.SetServerName, 0, name) == 1;
            LibSsl.SetHostFlags(_session, LibSsl.NoPartialWildcards | LibSsl.NeverCheckSubject);
            if (!isSet || LibSsl.SetDescriptor(_session, _tcp.Descriptor) != 1)
            {
                _isBroken = true;
                throw new TransportException("OpenSSL could not be set up");
            }
        }
    }

    /// <summary>Goes on shaking hands as far as it can.</summary>
    /// <returns>0 when it is done, or the event of poll(2) to wait for before the next try.</returns>
    internal short TryHandshake(string action)
    {
        LibCrypto.ClearErrors();
        int result = LibSsl.Connect(_session);
        if (result == 1)
        {
            return 0;
        }

        int error = LibSsl.ErrorOf(_session, result);
        nint verification = LibSsl.VerificationResult(_session);
        if (verification != LibSsl.VerificationSucceeded)
        {
            _isBroken = true;
            string reason = NullTerminated.ReadString(LibCrypto.DescribeVerification(verification));
            throw new TransportException($"the certificate of {_authority} was refused: {reason}");
        }

        return EventFor(error, action);
    }

    /// <summary>What OpenSSL wants to wait for; throws for a connection that is no more.</summary>
    private short EventFor(int error, string action)
    {
        if (error is LibSsl.WantsRead or LibSsl.WantsWrite)
        {
            return error == LibSsl.WantsRead ? Libc.Readable : Libc.Writable;
        }

        // OpenSSL allows no further call on a session after such an error, a goodbye included.
        _isBroken = true;
        int systemError = Marshal.GetLastPInvokeError();
        ulong code = LibCrypto.PeekLastError();
        byte* reason = code == 0 ? null : LibSsl.DescribeError(code);
        LibCrypto.ClearErrors();
        throw new ConnectionClosedException((error, code, systemError) switch
        {
            (_, not 0, _) => $"{action}: {(reason == null ? $"OpenSSL error {code:x}" : NullTerminated.ReadString(reason))}",
            (LibSsl.SystemCallFailed, _, not 0) => $"{action}: {Marshal.GetPInvokeErrorMessage(systemError)}",
            _ => $"{action}: the server closed the connection",
        });
    }
}
