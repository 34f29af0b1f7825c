using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// TLS by OpenSSL over a TCP connection. The handshake has succeeded and the certificate fits the origin when there is an object. OpenSSL
/// tells a session's state from its thread's error queue, which others may have left errors in: so it is cleared before each call.
/// </summary>
internal sealed unsafe class TlsConnection : Connection
{
    private readonly TcpConnection _tcp;
    private void* _session;
    private bool _isBroken;

    private TlsConnection(TcpConnection tcp, void* session)
    {
        _tcp = tcp;
        _session = session;
    }

    /// <summary>
    /// A read that would have to wait says that the server has neither sent nor closed; it also takes in session tickets that came late.
    /// </summary>
    internal override bool IsIdle
    {
        get
        {
            byte next;
            LibCrypto.ClearErrors();
            int result = LibSsl.Peek(_session, &next, 1);
            bool isIdle = result <= 0 && LibSsl.ErrorOf(_session, result) == LibSsl.WantsRead;
            _isBroken = !isIdle;
            LibCrypto.ClearErrors();
            return isIdle;
        }
    }

    /// <summary>Shakes hands; the certificate's chain, dates and host name or IP address are verified by OpenSSL.</summary>
    internal static TlsConnection Connect(TlsContext context, Origin origin, Deadline deadline)
    {
        TcpConnection tcp = TcpConnection.Connect(origin, deadline);
        TlsConnection connection = new(tcp, LibSsl.NewSession(context.Handle));
        try
        {
            connection.Expect(origin.Host);
            connection.Handshake(origin, deadline);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal override int Read(Span<byte> destination, Deadline deadline)
    {
        fixed (byte* buffer = destination)
        {
            while (true)
            {
                LibCrypto.ClearErrors();
                int count = LibSsl.Read(_session, buffer, destination.Length);
                if (count > 0)
                {
                    return count;
                }

                int error = LibSsl.ErrorOf(_session, count);
                if (error == LibSsl.EndOfStream)
                {
                    return 0;
                }

                WaitAfter(error, "reading", deadline);
            }
        }
    }

    internal override void Write(ReadOnlySpan<byte> source, Deadline deadline)
    {
        fixed (byte* buffer = source)
        {
            int written = 0;
            while (written < source.Length)
            {
                LibCrypto.ClearErrors();
                int count = LibSsl.Write(_session, buffer + written, source.Length - written);
                if (count > 0)
                {
                    written += count;
                }
                else
                {
                    WaitAfter(LibSsl.ErrorOf(_session, count), "writing", deadline);
                }
            }
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

    private void Handshake(Origin origin, Deadline deadline)
    {
        while (true)
        {
            LibCrypto.ClearErrors();
            int result = LibSsl.Connect(_session);
            if (result == 1)
            {
                return;
            }

            int error = LibSsl.ErrorOf(_session, result);
            nint verification = LibSsl.VerificationResult(_session);
            if (verification != LibSsl.VerificationSucceeded)
            {
                _isBroken = true;
                string reason = NullTerminated.ReadString(LibCrypto.DescribeVerification(verification));
                throw new TransportException($"the certificate of {origin.Authority} was refused: {reason}");
            }

            WaitAfter(error, $"the TLS handshake with {origin.Authority}", deadline);
        }
    }

    /// <summary>Waits for what OpenSSL wants, or throws for a connection that is no more.</summary>
    private void WaitAfter(int error, string action, Deadline deadline)
    {
        if (error is LibSsl.WantsRead or LibSsl.WantsWrite)
        {
            _tcp.WaitFor(error == LibSsl.WantsRead ? Libc.Readable : Libc.Writable, action, deadline);
            return;
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
