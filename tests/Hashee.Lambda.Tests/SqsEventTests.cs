using System.Buffers;
using System.Text;
using Hashee.Host;

namespace Hashee.Lambda.Tests;

public class SqsEventTests
{
    /// <summary>The FIFO example of the Lambda developer guide, "Using Lambda with Amazon SQS", with attributes added.</summary>
    private const string Documented = """
        {
            "Records": [
                {
                    "messageId": "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5",
                    "receiptHandle": "AQEBBX8nesZEXmkhsmZeyIE8iQAMig7qw...",
                    "body": "Test message.",
                    "attributes": {
                        "ApproximateReceiveCount": "2",
                        "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
                        "SentTimestamp": "1573251510774",
                        "SequenceNumber": "18849496460467696128",
                        "MessageGroupId": "1",
                        "SenderId": "AIDAIO23YVJENQZJOL4VO",
                        "MessageDeduplicationId": "1",
                        "ApproximateFirstReceiveTimestamp": "1573251510775"
                    },
                    "messageAttributes": {
                        "myAttribute": {"stringValue": "myValue", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
                    },
                    "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                    "eventSource": "aws:sqs",
                    "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:fifo.fifo",
                    "awsRegion": "us-east-2"
                }
            ]
        }
        """;

    [Fact]
    public void The_documented_event_is_read()
    {
        SqsMessage message = Assert.Single(Read(Documented).Records);

        Assert.Equal("11d6ee51-4cc7-4302-9e22-7cd8afdaadf5", message.MessageId);
        Assert.Equal("AQEBBX8nesZEXmkhsmZeyIE8iQAMig7qw...", message.ReceiptHandle);
        Assert.Equal("Test message.", message.Body);
        Assert.Equal("e4e68fb7bd0e697a0ae8f1bb342846b3", message.Md5OfBody);
        Assert.Equal("aws:sqs", message.EventSource);
        Assert.Equal("arn:aws:sqs:us-east-2:123456789012:fifo.fifo", message.EventSourceArn);
        Assert.Equal("us-east-2", message.AwsRegion);
        Assert.Equal("myValue", message.MessageAttributes!["myAttribute"].StringValue);
        Assert.Equal("String", message.MessageAttributes["myAttribute"].DataType);
        Assert.Equal(2, message.Attributes.ApproximateReceiveCount);
        Assert.Equal(1573251510775, message.Attributes.ApproximateFirstReceiveTimestamp);
        Assert.Equal(1573251510774, message.Attributes.SentTimestamp);
        Assert.Equal("1", message.Attributes.MessageGroupId);
        Assert.Equal("1", message.Attributes.MessageDeduplicationId);
        Assert.Equal("18849496460467696128", message.Attributes.SequenceNumber);
        Assert.Equal("AIDAIO23YVJENQZJOL4VO", message.Attributes.SenderId);
        Assert.Equal("Root=1-5759e988-bd862e3fe1be46a994272793", message.Attributes.AwsTraceHeader);
    }

    [Fact]
    public void A_message_of_a_standard_queue_has_no_group()
    {
        SqsEvent read = Read("""{"Records":[{"messageId":"a","receiptHandle":"b","body":"c","attributes":{"ApproximateReceiveCount":"1"}}]}""");

        SqsMessage message = Assert.Single(read.Records);

        Assert.Null(message.Attributes.MessageGroupId);
        Assert.Null(message.MessageAttributes);
    }

    [Fact]
    public void Unknown_fields_may_be_nested_to_any_depth()
    {
        string deep = new string('[', 10_000) + new string(']', 10_000);

        SqsEvent read = Read(
            """{"unknown":DEEP,"Records":[{"unknown":DEEP,"messageId":"a","receiptHandle":"b","body":"c","attributes":{"Unknown":DEEP}}]}"""
                .Replace("DEEP", deep, StringComparison.Ordinal));

        Assert.Equal("c", Assert.Single(read.Records).Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("""{"Records":null}""")]
    [InlineData("""{"Records":{}}""")]
    [InlineData("""{"Records":[null]}""")]
    [InlineData("""{"Records":[{}]}""")]
    [InlineData("""{"Records":[{"messageId":"a","receiptHandle":"b","attributes":{}}]}""")]
    [InlineData("""{"Records":[{"messageId":null,"receiptHandle":"b","body":"c","attributes":{}}]}""")]
    [InlineData("""{"Records":[{"messageId":"a","receiptHandle":"b","body":"secret","attributes":{"ApproximateReceiveCount":"x"}}]}""")]
    [InlineData("""{"Records":[{"messageId":"a","receiptHandle":"b","body":{"secret":1},"attributes":{}}]}""")]
    [InlineData("""{"Records":[{"messageId":"a","receiptHandle":"b","body":"\ud83d","attributes":{}}]}""")]
    public void Another_shape_is_a_named_error_that_quotes_nothing(string payload)
    {
        ReportableException refused = Assert.Throws<ReportableException>(() => Read(payload));

        Assert.Equal("The event is not one of SQS.", refused.Message);
    }

    [Fact]
    public void A_batch_response_names_the_failures_as_documented()
    {
        Assert.Equal(
            """{"batchItemFailures":[{"itemIdentifier":"id2"},{"itemIdentifier":"id4"}]}""",
            Write(new SqsBatchResponse([new SqsBatchItemFailure("id2"), new SqsBatchItemFailure("id4")])));
    }

    [Fact]
    public void A_batch_response_without_failures_has_an_empty_list() =>
        Assert.Equal("""{"batchItemFailures":[]}""", Write(new SqsBatchResponse([])));

    private static SqsEvent Read(string payload) => SqsEvent.Read(Encoding.UTF8.GetBytes(payload));

    private static string Write(SqsBatchResponse response)
    {
        ArrayBufferWriter<byte> output = new();
        response.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
