using System.Text;
using Hashee.Aws;
using Hashee.Host;
using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>What the worker does to queues by itself: setting a refused message aside, and delaying one that has to wait.</summary>
internal sealed class WorkerQueues
{
    private const int LongestDelaySeconds = 360;
    private const int LargestMessage = 1_048_576;
    private const string Outcome = "outcome";

    private readonly SqsClient? _jobs;
    private readonly SqsClient? _deadLetters;

    /// <param name="jobs">The queue the messages come from; null when they cannot be delayed.</param>
    /// <param name="deadLetters">The dead-letter queue; null when nothing can be set aside.</param>
    public WorkerQueues(SqsClient? jobs, SqsClient? deadLetters)
    {
        _jobs = jobs;
        _deadLetters = deadLetters;
    }

    /// <summary>Reads JOBS_QUEUE_URL and JOBS_DEAD_LETTER_QUEUE_URL; without one, what needs it is not done.</summary>
    /// <returns>Unusable unless <see cref="Configuration.ThrowIfInvalid"/> finds nothing.</returns>
    public static WorkerQueues Read(Configuration configuration)
    {
        const string jobsName = "JOBS_QUEUE_URL";
        const string deadLettersName = "JOBS_DEAD_LETTER_QUEUE_URL";
        if (Configuration.Optional(jobsName) is null && Configuration.Optional(deadLettersName) is null)
        {
            return new WorkerQueues(null, null);
        }

        HttpUrl? jobs = configuration.OptionalUrl(jobsName);
        HttpUrl? deadLetters = configuration.OptionalUrl(deadLettersName);
        SqsSettings settings = SqsSettings.Read(configuration);
        return new WorkerQueues(
            jobs is { } jobsUrl ? new SqsClient(settings, jobsUrl) : null,
            deadLetters is { } deadLettersUrl ? new SqsClient(settings, deadLettersUrl) : null);
    }

    /// <summary>Sends a message that can never be processed to the dead-letter queue, with the reason.</summary>
    /// <returns>False when it must stay where it is.</returns>
    public bool TrySetAside(SqsMessage message, string outcome, Deadline deadline)
    {
        if (_deadLetters is null)
        {
            Log.Error("A refused delivery stays in the queue: JOBS_DEAD_LETTER_QUEUE_URL is missing.", new LogField("messageId", message.MessageId));
            return false;
        }

        byte[] body = Encoding.UTF8.GetBytes(message.Body);
        byte[] groupId = Encoding.UTF8.GetBytes(message.Attributes.MessageGroupId ?? "");
        byte[] deduplicationId = Encoding.UTF8.GetBytes(message.MessageId);

        // SQS counts attributes too. A body that leaves no room for one goes without: the log has the outcome.
        bool hasRoom = body.Length + Outcome.Length + "String".Length + outcome.Length <= LargestMessage;
        SqsOutcome sent = hasRoom
            ? _deadLetters.SendMessage(body, groupId, deduplicationId, [(Outcome, outcome)], deadline)
            : _deadLetters.SendMessage(body, groupId, deduplicationId, deadline);
        if (!sent.IsAccepted)
        {
            Log.Error(
                "A refused delivery stays in the queue: the dead-letter queue did not take it.",
                new("messageId", message.MessageId),
                new("reason", sent.Reason));
        }

        return sent.IsAccepted;
    }

    /// <summary>Lets messages come back after 2 s, 4 s, 8 s … up to 6 minutes, by how often each was received. Changes nothing when it fails.</summary>
    public void Delay(ReadOnlySpan<SqsMessage> messages, Deadline deadline)
    {
        if (_jobs is null)
        {
            return;
        }

        foreach (SqsMessage message in messages)
        {
            int receives = Math.Clamp(message.Attributes.ApproximateReceiveCount, 0, 30);
            int seconds = Math.Min(LongestDelaySeconds, 1 << receives);
            SqsOutcome changed = _jobs.ChangeMessageVisibility(message.ReceiptHandle, seconds, deadline);
            if (!changed.IsAccepted)
            {
                Log.Warn("The visibility timeout was not changed.", new("messageId", message.MessageId), new("reason", changed.Reason));
            }
        }
    }
}
