namespace Hashee.Host.Transport;

/// <summary>
/// An answer whose body is read as it comes. Disposing it before its end closes the connection, unless the rest is already here.
/// </summary>
internal sealed class HttpReply : IDisposable
{
    /// <summary>What is read and thrown away to keep a connection.</summary>
    private const int LargestRest = 64 * 1024;

    private readonly HttpTransport _transport;
    private readonly HttpLine _line;
    private readonly TimeLimit _limit;
    private bool _isFailed;
    private bool _isDisposed;

    internal HttpReply(HttpTransport transport, HttpLine line, TimeLimit limit)
    {
        _transport = transport;
        _line = line;
        _limit = limit;
    }

    /// <summary>The status code, 200-999.</summary>
    internal int Status => _line.Answer.Status;

    /// <summary>Whether the status is 2xx.</summary>
    internal bool Succeeded => Status is >= 200 and < 300;

    /// <summary>The answer, for its headers.</summary>
    internal HttpAnswer Head => _line.Answer;

    /// <summary>Reads a piece of the body, as soon as there is one, within the limit of the request.</summary>
    /// <returns>The number of bytes; 0 at the body's end. A body that breaks off is a <see cref="TransportException"/>.</returns>
    internal ValueTask<int> ReadAsync(Memory<byte> destination) => ReadAsync(destination, _limit);

    /// <summary>Reads a piece of the body, as soon as there is one.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> destination, TimeLimit limit)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        HttpAnswer answer = _line.Answer;
        try
        {
            while (answer.Body.IsEmpty && !answer.IsComplete)
            {
                await _line.FillAsync(limit).ConfigureAwait(false);
            }
        }
        catch
        {
            _isFailed = true;
            throw;
        }

        int count = Math.Min(destination.Length, answer.Body.Length);
        answer.Body[..count].CopyTo(destination.Span);
        answer.Drop(count);
        return count;
    }

    /// <summary>Reads the rest of the body.</summary>
    /// <param name="maximum">The bytes it may have; more is a <see cref="TransportException"/>.</param>
    internal async ValueTask<byte[]> ReadAllAsync(int maximum)
    {
        HttpAnswer answer = _line.Answer;
        try
        {
            while (true)
            {
                if (answer.Body.Length > maximum || answer.ContentLength > maximum)
                {
                    throw new TransportException($"the answer has more than {maximum} bytes");
                }

                if (answer.IsComplete)
                {
                    return answer.Body.ToArray();
                }

                await _line.FillAsync(_limit).ConfigureAwait(false);
            }
        }
        catch
        {
            _isFailed = true;
            throw;
        }
    }

    /// <summary>Gives the connection back, or closes it.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_isFailed && !_line.IsOnlyRead && TryFinish() && _line.Answer.KeepsConnection)
        {
            _transport.Keep(_line);
        }
        else
        {
            _line.Dispose();
        }
    }

    /// <summary>Reads what is left and already here.</summary>
    private bool TryFinish()
    {
        HttpAnswer answer = _line.Answer;
        int rest = 0;
        try
        {
            do
            {
                rest += answer.Body.Length;
                answer.Drop(answer.Body.Length);
            }
            while (!answer.IsComplete && rest < LargestRest && _line.TryFill(out _));
        }
        catch (TransportException)
        {
            return false;
        }

        return answer.IsComplete;
    }
}
