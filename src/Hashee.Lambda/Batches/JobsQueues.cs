using System.Text;
using Hashee.Aws;
using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>The queue that a function's messages come from and its dead-letter queue, and what the function does to them by itself.</summary>
public sealed class JobsQueues
{
    private const string Jobs = "JOBS_QUEUE_URL";
    private const string DeadLetters = "JOBS_DEAD_LETTER_QUEUE_URL";
    private const int LargestMessage = 1_048_576;
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(14);

    /// <summary>SQS takes 12 h, counted from the receive, which was at most as long ago as an invocation may take.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(12) - TimeSpan.FromMinutes(15);

    private readonly SqsClient? _jobs;
    private readonly SqsClient? _deadLetters;

    /// <param name="jobs">The queue the messages come from; null when they cannot be delayed.</param>
    /// <param name="deadLetters">The dead-letter queue; null when nothing can be set aside.</param>
    /// <param name="rule">When a message is given up.</param>
    internal JobsQueues(SqsClient? jobs, SqsClient? deadLetters, GiveUpRule rule)
    {
        _jobs = jobs;
        _deadLetters = deadLetters;
        Rule = rule;
    }

    internal GiveUpRule Rule { get; }

    /// <summary>
    /// Reads JOBS_QUEUE_URL and JOBS_DEAD_LETTER_QUEUE_URL (without one, what needs it is not done), JOBS_TRIES (1-1,000 receives, default 5) and
    /// JOBS_PATIENCE (at most 14 days, default 6h).
    /// </summary>
    /// <returns>Unusable unless <see cref="Configuration.ThrowIfInvalid"/> finds nothing.</returns>
    public static JobsQueues Read(Configuration configuration)
    {
        GiveUpRule rule = new(
            configuration.WholeNumber("JOBS_TRIES", GiveUpRule.Default.Tries, 1, 1_000),
            configuration.Duration("JOBS_PATIENCE", GiveUpRule.Default.Patience, LongestPatience));
        if (Configuration.Optional(Jobs) is null && Configuration.Optional(DeadLetters) is null)
        {
            return new JobsQueues(null, null, rule);
        }

        HttpUrl? jobs = configuration.OptionalUrl(Jobs);
        HttpUrl? deadLetters = configuration.OptionalUrl(DeadLetters);
        AwsSettings settings = AwsSettings.Read(configuration);
        Origin? endpoint = AwsEndpoint.Read(configuration, "AWS_ENDPOINT_URL_SQS");
        return new JobsQueues(
            jobs is { } jobsUrl ? new SqsClient(settings, jobsUrl, endpoint) : null,
            deadLetters is { } deadLettersUrl ? new SqsClient(settings, deadLettersUrl, endpoint) : null,
            rule);
    }

    /// <summary>Sends a message to the dead-letter queue, with the reason.</summary>
    /// <param name="message">The message.</param>
    /// <param name="outcome">The attribute <c>outcome</c>.</param>
    /// <param name="reason">The attribute <c>reason</c>; null for none.</param>
    /// <param name="deadline">When to give up.</param>
    /// <returns>False when it must stay where it is.</returns>
    internal bool TrySetAside(SqsMessage message, string outcome, string? reason, Deadline deadline)
    {
        if (_deadLetters is null)
        {
            Log.Error("A delivery to set aside stays in the queue: JOBS_DEAD_LETTER_QUEUE_URL is missing.", new LogField("messageId", message.MessageId));
            return false;
        }

        byte[] body = Encoding.UTF8.GetBytes(message.Body);
        byte[] groupId = Encoding.UTF8.GetBytes(message.GroupId ?? "");
        byte[] deduplicationId = groupId.Length == 0 ? [] : Encoding.UTF8.GetBytes(message.MessageId);
        (string Name, string Value)[] attributes = reason is null ? [("outcome", outcome)] : [("outcome", outcome), ("reason", reason)];

        // SQS counts attributes too. A body that leaves no room for them goes without: the log has what they say.
        bool hasRoom = body.Length + attributes.Sum(static a => a.Name.Length + "String".Length + a.Value.Length) <= LargestMessage;
        SqsOutcome sent = _deadLetters.SendMessage(body, groupId, deduplicationId, hasRoom ? attributes : default, deadline);
        if (!sent.IsAccepted)
        {
            Log.Error(
                "A delivery to set aside stays in the queue: the dead-letter queue did not take it.",
                new("messageId", message.MessageId),
                new("reason", sent.Reason));
        }

        return sent.IsAccepted;
    }

    /// <summary>Lets a message that failed come back after a while. Changes nothing when that fails.</summary>
    internal void Delay(SqsMessage message, TimeSpan time, Deadline deadline)
    {
        double seconds = Math.Ceiling(Math.Clamp(time.TotalSeconds, 0, LongestDelay.TotalSeconds));
        TryChangeVisibility(message, (int)seconds, deadline);
    }

    /// <summary>Lets messages that were not started come back at once. Changes nothing when that fails.</summary>
    internal void Release(ReadOnlySpan<SqsMessage> messages, Deadline deadline)
    {
        foreach (SqsMessage message in messages)
        {
            if (!TryChangeVisibility(message, 0, deadline))
            {
                return;
            }
        }
    }

    /// <returns>False when SQS is away, and other calls would not succeed either.</returns>
    private bool TryChangeVisibility(SqsMessage message, int seconds, Deadline deadline)
    {
        if (_jobs is null || message.ReceiptHandle is null)
        {
            return _jobs is not null;
        }

        SqsOutcome changed = _jobs.ChangeMessageVisibility(message.ReceiptHandle, seconds, deadline);
        if (!changed.IsAccepted)
        {
            Log.Warn("The visibility timeout was not changed.", new("messageId", message.MessageId), new("reason", changed.Reason));
        }

        return changed.Kind != SqsOutcomeKind.Unavailable;
    }
}
