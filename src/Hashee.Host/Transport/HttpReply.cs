namespace Hashee.Host.Transport;

/// <summary>
/// An answer whose body is read as it comes. Disposing it before its end closes the connection, unless the rest is already here.
/// </summary>
internal sealed class HttpReply : IDisposable
{
    /// <summary>What is read and thrown away to keep a connection.</summary>
    private const int LargestRest = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly HttpTransport _transport;
    private readonly HttpLine _line;
    private readonly TimeLimit _limit;
    private bool _isReading;
    private bool _isFailed;
    private bool _isDisposed;

    internal HttpReply(HttpTransport transport, HttpLine line, TimeLimit limit)
    {
        _transport = transport;
        _line = line;
        _limit = limit;
        Status = line.Answer.Status;
    }

    /// <summary>The status code, 200-999.</summary>
    internal int Status { get; }

    /// <summary>Whether the status is 2xx.</summary>
    internal bool Succeeded => Status is >= 200 and < 300;

    /// <summary>The answer, for its headers; not after this is disposed, when it may be another request's.</summary>
    internal HttpAnswer Head
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _line.Answer;
        }
    }

    /// <summary>Reads a piece of the body, as soon as there is one, within the limit of the request.</summary>
    /// <returns>The number of bytes; 0 at the body's end. A body that breaks off is a <see cref="TransportException"/>.</returns>
    internal ValueTask<int> ReadAsync(Memory<byte> destination) => ReadAsync(destination, _limit);

    /// <summary>Reads a piece of the body, as soon as there is one.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> destination, TimeLimit limit)
    {
        BeginReading();
        bool isRead = false;
        try
        {
            HttpAnswer answer = _line.Answer;
            while (answer.Body.IsEmpty && !answer.IsComplete)
            {
                await _line.FillAsync(limit).ConfigureAwait(false);
            }

            int count = Math.Min(destination.Length, answer.Body.Length);
            answer.Body[..count].CopyTo(destination.Span);
            answer.Drop(count);
            isRead = true;
            return count;
        }
        catch (ConnectionClosedException) when (_isDisposed)
        {
            throw new ObjectDisposedException(nameof(HttpReply));
        }
        finally
        {
            EndReading(isRead);
        }
    }

    /// <summary>Reads the rest of the body, which stays in <see cref="Head"/> as well.</summary>
    /// <param name="maximum">The bytes it may have; more is a <see cref="TransportException"/>.</param>
    internal async ValueTask<byte[]> ReadAllAsync(int maximum)
    {
        BeginReading();
        bool isRead = false;
        try
        {
            HttpAnswer answer = _line.Answer;
            while (true)
            {
                if (answer.Body.Length > maximum || answer.ContentLength > maximum)
                {
                    throw new TransportException($"the answer has more than {maximum} bytes") { Step = TransportStep.Decoding };
                }

                if (answer.IsComplete)
                {
                    isRead = true;
                    return answer.Body.ToArray();
                }

                await _line.FillAsync(_limit).ConfigureAwait(false);
            }
        }
        catch (ConnectionClosedException) when (_isDisposed)
        {
            throw new ObjectDisposedException(nameof(HttpReply));
        }
        finally
        {
            EndReading(isRead);
        }
    }

    /// <summary>Gives the connection back, or closes it. A read that waits ends with an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_isReading)
            {
                // Whoever reads is in OpenSSL perhaps, and closes the connection when he is out of it.
                _line.Abort();
                return;
            }
        }

        if (!_isFailed && !_line.IsOnlyRead && TryFinish() && _line.Answer.KeepsConnection)
        {
            _transport.Keep(_line);
        }
        else
        {
            _line.Dispose();
        }
    }

    private void BeginReading()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_isReading)
            {
                throw new InvalidOperationException("An answer is read by one at a time.");
            }

            if (_isFailed)
            {
                throw new TransportException("reading: it failed before");
            }

            _isReading = true;
        }
    }

    private void EndReading(bool isRead)
    {
        lock (_gate)
        {
            _isReading = false;
            _isFailed = !isRead;
            if (_isDisposed)
            {
                _line.Dispose();
            }
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
