using System.Text;
using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>The events of an answer, each as soon as it has come. Disposing it early closes the connection.</summary>
/// <param name="reply">What became of the call: a stream where it was accepted.</param>
/// <param name="limit">Bounds reading.</param>
internal sealed class AwsEventStream(AwsReply reply, TimeLimit limit) : IDisposable
{
    private static readonly AwsOutcome Accepted = new(AwsOutcomeKind.Accepted, "", 200, "");

    private readonly EventStreamDecoder _decoder = new();
    private AwsEvent? _last;

    /// <summary>What became of the call.</summary>
    internal AwsReply Reply => reply;

    /// <summary>Waits for the next event.</summary>
    /// <returns>An event; or that there is no more, again and again: for the stream's end, or for what ended it.</returns>
    internal async ValueTask<AwsEvent> ReadAsync()
    {
        if (reply.Stream is null)
        {
            return new AwsEvent(reply.Outcome, "", default);
        }

        AwsEvent next = _last ?? await ReadNextAsync(reply.Stream).ConfigureAwait(false);
        _last = next.IsEvent ? null : next;
        return next;
    }

    public void Dispose() => reply.Stream?.Dispose();

    private async ValueTask<AwsEvent> ReadNextAsync(HttpReply stream)
    {
        try
        {
            EventMessage message;
            while (!_decoder.TryTake(out message))
            {
                int count = await stream.ReadAsync(_decoder.Room, limit).ConfigureAwait(false);
                if (count == 0)
                {
                    AwsOutcome end = _decoder.IsAtMessageEnd ? Accepted : AwsOutcome.Unavailable("the event stream ends inside a message");
                    return new AwsEvent(end, "", default);
                }

                _decoder.Received(count);
            }

            return EventOf(message);
        }
        catch (TransportException failure)
        {
            return new AwsEvent(AwsOutcome.Unavailable(failure.Message), "", default);
        }
        catch (OperationCanceledException) when (limit.Deadline.HasPassed)
        {
            return new AwsEvent(AwsOutcome.Unavailable(AwsOutcome.TimeLimitReached), "", default);
        }
    }

    private static AwsEvent EventOf(EventMessage message)
    {
        string kind = message.Text(":message-type"u8);
        string type = message.Text(":event-type"u8);
        if (kind == "event" && type.Length > 0)
        {
            return new AwsEvent(Accepted, type, message.Payload);
        }

        return kind switch
        {
            "exception" => Failed(message.Text(":exception-type"u8), message.Payload),
            "error" => Failed(message.Text(":error-code"u8), message.Payload),
            _ => new AwsEvent(AwsOutcome.Unavailable("the event stream has a message of no kind"), "", default),
        };
    }

    /// <summary>What the caller is to blame for is refused; everything else may be otherwise the next time.</summary>
    private static AwsEvent Failed(string name, ReadOnlyMemory<byte> payload)
    {
        string code = AwsError.CheckCode(Encoding.UTF8.GetBytes(name));
        AwsOutcomeKind kind = code is "validationException" or "accessDeniedException" or "resourceNotFoundException"
            ? AwsOutcomeKind.Refused
            : AwsOutcomeKind.Unavailable;
        string reason = $"the event stream ends with an error{(code.Length == 0 ? "" : ": ")}{code}";
        return new AwsEvent(new AwsOutcome(kind, reason, 200, code), "", payload);
    }
}
