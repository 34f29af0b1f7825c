using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

/// <summary>Queues on a clock of the test, and the sends and receives that tests repeat.</summary>
internal static class Queues
{
    public static AwsAccount Account { get; } = AwsAccount.CreateRandom();

    public static SqsQueue Fifo(TimeProvider clock, QueueSettings? settings = null) =>
        new QueueDirectory(Account, clock).Create("jobs.fifo", settings ?? new QueueSettings());

    public static SqsQueue Standard(TimeProvider clock, QueueSettings? settings = null) =>
        new QueueDirectory(Account, clock).Create("jobs", settings ?? new QueueSettings());

    /// <summary>A FIFO queue and its dead-letter queue.</summary>
    public static (SqsQueue Source, SqsQueue DeadLetters) FifoWithDeadLetters(TimeProvider clock, int maxReceiveCount)
    {
        QueueDirectory directory = new(Account, clock);
        SqsQueue deadLetters = directory.Create("dead.fifo", new QueueSettings { MessageRetentionPeriod = TimeSpan.FromDays(14) });
        SqsQueue source = directory.Create("jobs.fifo", new QueueSettings { RedrivePolicy = new RedrivePolicy(deadLetters.Arn, maxReceiveCount) });
        return (source, deadLetters);
    }

    /// <summary>Sends to a FIFO queue, with a fresh deduplication id unless one is given.</summary>
    public static SendResult Send(this SqsQueue queue, string group, string body, string? deduplicationId = null) =>
        queue.Send(new OutgoingMessage(body) { GroupId = group, DeduplicationId = deduplicationId ?? Guid.NewGuid().ToString() });

    public static string[] ReceiveBodies(this SqsQueue queue, int maximum = 10) =>
        [.. queue.Receive(maximum).Select(static message => message.Body)];

    public static ReceivedMessage ReceiveOne(this SqsQueue queue) => Assert.Single(queue.Receive());
}
