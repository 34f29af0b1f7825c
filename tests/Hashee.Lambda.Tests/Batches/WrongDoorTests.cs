using System.Text.Json.Nodes;
using Hashee.Host;

namespace Hashee.Lambda.Tests.Batches;

/// <summary>An event that is meant for another door fails as a whole: the error says what it is and where it came, and nothing is lost.</summary>
public class WrongDoorTests
{
    private const string Door = "This function has the handler scripted, which takes what a test says: either its setting Handler or what sends it events is wrong.";

    [Theory]
    [InlineData("""{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{}}]}""", "an event of S3")]
    [InlineData("""{"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.events","detail":{}}""", "an event of EventBridge, such as a schedule's")]
    [InlineData("""{"version":"2.0","requestContext":{"http":{"method":"GET"}}}""", "a call of a Function URL or of API Gateway")]
    [InlineData("""{"httpMethod":"GET","requestContext":{"stage":"prod"}}""", "a call of a Function URL or of API Gateway")]
    [InlineData("""{"Records":[{"EventSource":"aws:sns","Sns":{}}]}""", "a notification of SNS")]
    [InlineData("""{"Records":[{"eventSource":"aws:dynamodb","eventID":"1"}]}""", "a batch of a DynamoDB stream")]
    [InlineData("""{"Records":[{"eventSource":"aws:kinesis","eventID":"1"}]}""", "a batch of Kinesis")]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs"}]}""", "a batch of SQS without what Lambda puts into one")]
    [InlineData("""{"Records":[{"eventSource":"other"}]}""", "a list of records that are none of SQS")]
    [InlineData("""{"message":"hello"}""", "a job or a chat message")]
    [InlineData("""{"Records":["text"]}""", "none of SQS")]
    [InlineData("""{"Records":{}}""", "none of SQS")]
    [InlineData("""{"hello":"world"}""", "none of SQS")]
    [InlineData("[]", "none of SQS")]
    [InlineData("\"hello\"", "none of SQS")]
    [InlineData("{\"detail-type\":", "none of SQS")]
    public void An_event_of_something_else_is_named_together_with_the_door(string payload, string name)
    {
        ScriptedDoor door = new(static _ => RecordResult.Done("done"));

        ReportableException error = Assert.Throws<ReportableException>(() => QueueBench.Invoke(door, payload));

        Assert.Equal($"The event is {name}. {Door}", error.Message);
        Assert.Empty(door.Started);
    }

    [Theory]
    [InlineData("""{"received_at":"2026-05-15T10:24:11.123Z","update":{"update_id":1}}""", "an update of Telegram")]
    [InlineData("""{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}""", "an event of S3")]
    [InlineData("""{"Records":[{"eventSource":"aws:s3"}]}""", "an event of S3")]
    [InlineData("""{"Type":"Notification","TopicArn":"arn","Message":"m"}""", "a notification of SNS")]
    public void A_queue_of_another_door_is_named_together_with_the_door(string body, string name)
    {
        ScriptedDoor door = new(static _ => RecordResult.Done("done")) { Form = static body => body.StartsWith("mine", StringComparison.Ordinal) };

        ReportableException error = Assert.Throws<ReportableException>(() => QueueBench.Invoke(door, Batch(body, body)));

        Assert.Equal($"The event is a batch of SQS, each message of which is {name}. {Door}", error.Message);
        Assert.Empty(door.Started);
    }

    [Fact]
    public void One_message_of_the_doors_own_is_enough_and_what_nobody_knows_is_for_the_door_to_refuse()
    {
        ScriptedDoor door = new(static _ => RecordResult.Done("done")) { Form = static body => body.StartsWith("mine", StringComparison.Ordinal) };
        const string Telegram = """{"received_at":"2026-05-15T10:24:11.123Z","update":{}}""";

        Assert.Empty(QueueBench.Invoke(door, Batch(Telegram, "mine")));
        Assert.Empty(QueueBench.Invoke(door, Batch("anything", Telegram)));
        Assert.Empty(QueueBench.Invoke(door, Batch()));

        Assert.Equal(["anything", "mine", Telegram, Telegram], door.Started.Order(StringComparer.Ordinal));
    }

    private static string Batch(params string[] bodies) => new JsonObject
    {
        ["Records"] = new JsonArray([.. bodies.Select(static (body, i) => new JsonObject { ["messageId"] = $"{i}", ["body"] = body })]),
    }.ToJsonString();
}
