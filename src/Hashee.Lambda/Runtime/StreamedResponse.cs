using System.Buffers;
using System.Buffers.Text;
using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Lambda;

/// <summary>
/// An answer that leaves while it is made (Lambda developer guide, "Implementing response streaming in a custom runtime"). It is begun once, then written piece
/// by piece; each leaves at once, and a client that reads slowly holds up the writer. Calls come one after the other, from whatever thread.
/// Lambda takes 200 MB. With a Function URL in mode BUFFERED, or when the function is invoked directly, Lambda collects the answer, and takes 6 MB.
/// </summary>
public sealed class StreamedResponse
{
    /// <summary>What status, headers and cookies together may have as JSON, in bytes.</summary>
    public const int LargestPrelude = (16 * 1024) - SeparatorLength;

    private const int SeparatorLength = 8;
    private const int LargestChunk = 32 * 1024;
    private const int LargestAnswer = 64 * 1024;
    private const int LongestErrorMessage = 2000;

    private readonly RuntimeApi _api;
    private readonly HttpAnswer _answer = new(LargestAnswer);
    private readonly ByteBuffer _unsent = new(LargestChunk + 1024);
    private TcpConnection? _connection;
    private bool _hasBegun;
    private bool _isUnwanted;

    internal StreamedResponse(RuntimeApi api) => _api = api;

    /// <summary>Whether anything has left, so that a failure can only be told behind it.</summary>
    internal bool HasStarted => _connection is not null;

    /// <summary>Begins the answer to an HTTP request. Nothing leaves before the first piece.</summary>
    /// <param name="statusCode">200-599.</param>
    /// <param name="headers">The headers, each name once and in lower case; Content-Length and Set-Cookie are not among them.</param>
    /// <param name="cookies">Values for Set-Cookie headers.</param>
    /// <exception cref="ArgumentException">They are larger than <see cref="LargestPrelude"/>.</exception>
    public void BeginHttp(int statusCode, ReadOnlySpan<HttpHeader> headers, ReadOnlySpan<string> cookies = default)
    {
        ByteBuffer prelude = new(512);
        prelude.Append("{\"statusCode\":"u8);
        prelude.Append(statusCode);
        prelude.Append(",\"headers\":{"u8);
        for (int i = 0; i < headers.Length; i++)
        {
            prelude.Append(i == 0 ? default : ","u8);
            JsonText.WriteString(prelude, headers[i].Name);
            prelude.Append((byte)':');
            JsonText.WriteString(prelude, headers[i].Value);
        }

        prelude.Append(cookies.IsEmpty ? "}"u8 : "},\"cookies\":["u8);
        for (int i = 0; i < cookies.Length; i++)
        {
            prelude.Append(i == 0 ? default : ","u8);
            JsonText.WriteString(prelude, cookies[i]);
        }

        prelude.Append(cookies.IsEmpty ? "}"u8 : "]}"u8);
        if (prelude.Length > LargestPrelude)
        {
            throw new ArgumentException($"Status, headers and cookies are larger than {LargestPrelude} bytes.", nameof(headers));
        }

        prelude.Append("\0\0\0\0\0\0\0\0"u8);
        Begin("application/vnd.awslambda.http-integration-response");
        AppendChunk(prelude.Written);
    }

    /// <summary>Begins an answer that is no HTTP response: who invoked the function gets the pieces as they are.</summary>
    /// <param name="contentType">The media type, printable ASCII.</param>
    public void Begin(string contentType)
    {
        if (_hasBegun)
        {
            throw new InvalidOperationException("The answer has been begun already.");
        }

        _unsent.Append(_api.WriteStreamHead(contentType));
        _hasBegun = true;
    }

    /// <summary>Sends a piece at once; waits while the client takes nothing.</summary>
    /// <param name="piece">Any number of bytes; with none, status and headers leave alone if they have not left yet.</param>
    /// <returns>
    /// False when nobody takes the answer any more, from then on always: whatever else the handler does for this answer is in vain.
    /// </returns>
    public bool TryWrite(ReadOnlySpan<byte> piece)
    {
        RequireBeginning();
        do
        {
            ReadOnlySpan<byte> chunk = piece[..Math.Min(piece.Length, LargestChunk)];
            AppendChunk(chunk);
            Send();
            piece = piece[chunk.Length..];
        }
        while (!piece.IsEmpty && !_isUnwanted);

        return !_isUnwanted;
    }

    /// <summary>Makes the object ready for the next invocation.</summary>
    internal void Reset()
    {
        _unsent.Clear();
        _hasBegun = _isUnwanted = false;
    }

    internal void RequireBeginning()
    {
        if (!_hasBegun)
        {
            throw new InvalidOperationException("The answer has not been begun.");
        }
    }

    /// <summary>Ends the answer.</summary>
    internal void Complete()
    {
        _unsent.Append("0\r\n\r\n"u8);
        End();
    }

    /// <summary>Ends an answer of which a part has left.</summary>
    internal void Fail(Fault fault)
    {
        // Trailers count as header fields: who reads them allows so many bytes and no more.
        string message = fault.Message.Length > LongestErrorMessage ? fault.Message[..LongestErrorMessage] : fault.Message;
        ByteBuffer error = new(512);
        (fault with { Message = message }).WriteJson(error);
        _unsent.Append("0\r\nLambda-Runtime-Function-Error-Type: "u8);
        _unsent.Append(fault.Type);
        _unsent.Append("\r\nLambda-Runtime-Function-Error-Body: "u8);
        _ = Base64.EncodeToUtf8(error.Written, _unsent.GetSpan(Base64.GetMaxEncodedToUtf8Length(error.Length)), out _, out int length);
        _unsent.Advance(length);
        _unsent.Append("\r\n\r\n"u8);
        End();
    }

    private void AppendChunk(ReadOnlySpan<byte> content)
    {
        if (!content.IsEmpty)
        {
            _ = Utf8Formatter.TryFormat(content.Length, _unsent.GetSpan(8), out int length, new StandardFormat('x'));
            _unsent.Advance(length);
            _unsent.Append("\r\n"u8);
            _unsent.Append(content);
            _unsent.Append("\r\n"u8);
        }
    }

    private void Send()
    {
        if (!_isUnwanted)
        {
            _connection ??= _api.Connect();
            _isUnwanted = !_connection.TryWriteAll(_unsent.Written);
        }

        _unsent.Clear();
    }

    /// <summary>Sends the rest, reads what the Runtime API says to all of it and closes the connection.</summary>
    private void End()
    {
        Send();
        try
        {
            _answer.Read(_connection!, Deadline.Never);
            if (_isUnwanted && _answer.Status != 500)
            {
                Log.Warn("The answer was not taken to its end.", new LogField("status", _answer.Status));
            }
            else
            {
                RuntimeApi.CheckAccepted(_answer, "streamed response");
            }
        }
        catch (ConnectionClosedException closed)
        {
            Log.Warn("The answer was not taken to its end.", new LogField("reason", closed.Message));
        }
        finally
        {
            _connection!.Dispose();
            _connection = null;
        }
    }
}
