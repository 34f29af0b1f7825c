namespace Hashee.Host.Transport;

/// <summary>The body of a request, written piece by piece: as many bytes as were said, or in chunks.</summary>
/// <param name="line">The connection, on which the head is written already.</param>
/// <param name="length">The bytes it has; null for chunks.</param>
/// <param name="limit">By when each piece must be written.</param>
internal sealed class HttpRequestBody(HttpLine line, long? length, TimeLimit limit)
{
    private long _written;

    /// <summary>Whether the server has answered already that it will not do what it is asked for.</summary>
    internal bool IsRefused { get; private set; }

    /// <returns>False when the server refuses the request: nothing more is written then.</returns>
    internal async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> piece)
    {
        _written += piece.Length;
        if (_written > length)
        {
            throw new TransportException("writing: the body is longer than was said");
        }

        // A chunk of no bytes would be the last one.
        if (piece.IsEmpty || IsRefused)
        {
            return !IsRefused;
        }

        if (length is null)
        {
            line.Output.Clear();
            line.Output.AppendHex(piece.Length);
            line.Output.Append("\r\n"u8);
            line.Output.Append(piece.Span);
            line.Output.Append("\r\n"u8);
            piece = line.Output.WrittenMemory;
        }

        IsRefused = line.IsRefused() || !await line.TryWriteAsync(piece, limit).ConfigureAwait(false);
        return !IsRefused;
    }

    /// <summary>Says that the body is whole.</summary>
    internal async ValueTask<bool> TryEndAsync()
    {
        if (!IsRefused && length is null)
        {
            line.Output.Clear();
            line.Output.Append("0\r\n\r\n"u8);
            IsRefused = !await line.TryWriteAsync(line.Output.WrittenMemory, limit).ConfigureAwait(false);
        }
        else if (!IsRefused && _written < length)
        {
            throw new TransportException("writing: the body is shorter than was said");
        }

        return !IsRefused;
    }
}
