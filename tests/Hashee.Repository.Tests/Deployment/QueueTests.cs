using System.Globalization;

namespace Hashee.Repository.Tests.Deployment;

public sealed class QueueTests
{
    private static readonly Template Template = Template.Read();

    [Theory]
    [InlineData("JobsQueue", "!Sub ${AWS::StackName}-jobs.fifo")]
    [InlineData("DeadLetterQueue", "!Sub ${AWS::StackName}-dead-letters.fifo")]
    public void A_queue_is_fifo_encrypted_and_keeps_messages_of_1_MiB_for_14_days(string queue, string name)
    {
        Assert.Equal(name, Property(queue, "QueueName"));
        Assert.Equal("true", Property(queue, "FifoQueue"));
        Assert.Equal("true", Property(queue, "SqsManagedSseEnabled"));
        Assert.Equal("1209600", Property(queue, "MessageRetentionPeriod"));
        Assert.Equal("1048576", Property(queue, "MaximumMessageSize"));
    }

    [Theory]
    [InlineData("JobsQueue")]
    [InlineData("DeadLetterQueue")]
    public void Throughput_and_deduplication_are_by_conversation(string queue)
    {
        Assert.Equal("messageGroup", Property(queue, "DeduplicationScope"));
        Assert.Equal("perMessageGroupId", Property(queue, "FifoThroughputLimit"));
    }

    [Fact]
    public void A_message_stays_invisible_for_six_times_as_long_as_the_worker_may_take()
    {
        Assert.Equal("!Ref WorkerTimeout", Template.Function("WorkerFunction", "Timeout"));
        Assert.Equal("!FindInMap [VisibilityTimeouts, !Ref WorkerTimeout, Seconds]", Property("JobsQueue", "VisibilityTimeout"));
        IReadOnlyList<string> timeouts = Template.Keys("Mappings/VisibilityTimeouts");
        Assert.Equal($"[{string.Join(", ", timeouts.OrderBy(int.Parse))}]", Template["Parameters/WorkerTimeout/AllowedValues"]);
        Assert.Contains(Template["Parameters/WorkerTimeout/Default"], timeouts);
        Assert.All(timeouts, static timeout => Assert.Equal(
            6 * int.Parse(timeout, CultureInfo.InvariantCulture), Template.Number($"Mappings/VisibilityTimeouts/{timeout}/Seconds")));
    }

    [Fact]
    public void The_queue_gives_a_message_up_only_as_a_last_resort() => Assert.Equal(
        "{deadLetterTargetArn: !GetAtt DeadLetterQueue.Arn, maxReceiveCount: 1000}", Property("JobsQueue", "RedrivePolicy"));

    private static string? Property(string queue, string name) => Template[$"Resources/{queue}/Properties/{name}"];
}
