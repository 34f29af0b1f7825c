namespace Hashee.Host.Transport;

/// <summary>
/// Requests and answers over one kept HTTP/1.1 connection to one origin. A kept connection that died while nobody used it is replaced once,
/// silently. Failures are <see cref="TransportException"/>s; the next exchange then starts with a new connection.
/// </summary>
/// <param name="origin">Where to connect; the certificate must be for this host.</param>
/// <param name="trust">Whose certificates are accepted on TLS; null where none is spoken.</param>
/// <param name="maximumBody">The bytes that the body of an answer may have.</param>
internal sealed class HttpChannel(Origin origin, Trust? trust, int maximumBody) : IDisposable
{
    private Connection? _connection;

    /// <summary>The Host header of every request.</summary>
    internal string Authority { get; } = origin.Authority;

    /// <summary>The answer of the last exchange.</summary>
    internal HttpAnswer Answer { get; } = new(maximumBody);

    /// <summary>Whether the last exchange came as far as writing: the server may have acted on it, whatever happened then.</summary>
    internal bool HasWritten { get; private set; }

    /// <summary>Makes sure that there is a connection.</summary>
    internal void Open(Deadline deadline)
    {
        if (_connection is null)
        {
            _connection = origin.IsTls
                ? TlsConnection.Connect(trust!.Context, origin, deadline)
                : TcpConnection.Connect(origin, deadline);
        }
    }

    /// <summary>Sends a request and reads the answer.</summary>
    /// <param name="request">Head and body.</param>
    /// <param name="deadline">Bounds connecting, shaking hands, sending and reading together.</param>
    /// <param name="isRepeatable">Whether the request does no harm when the server gets it twice.</param>
    internal void Exchange(ReadOnlySpan<byte> request, Deadline deadline, bool isRepeatable)
    {
        HasWritten = false;
        if (_connection is { IsIdle: false })
        {
            Close();
        }

        bool isKept = _connection is not null;
        try
        {
            ExchangeOnce(request, deadline);
        }
        catch (ConnectionClosedException) when (isKept && isRepeatable)
        {
            ExchangeOnce(request, deadline);
        }
    }

    public void Dispose() => Close();

    private void ExchangeOnce(ReadOnlySpan<byte> request, Deadline deadline)
    {
        bool keeps = false;
        try
        {
            Open(deadline);
            HasWritten = true;
            _connection!.Write(request, deadline);
            Answer.Read(_connection, deadline);
            keeps = Answer.KeepsConnection;
        }
        finally
        {
            if (!keeps)
            {
                Close();
            }
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
