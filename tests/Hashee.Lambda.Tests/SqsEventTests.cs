using System.Buffers;
using System.Text;

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
        SqsMessage message = Assert.Single(Read(Documented).Messages);

        Assert.Equal("11d6ee51-4cc7-4302-9e22-7cd8afdaadf5", message.MessageId);
        Assert.Equal("AQEBBX8nesZEXmkhsmZeyIE8iQAMig7qw...", message.ReceiptHandle);
        Assert.Equal("Test message.", message.Body);
        Assert.Equal(2, message.ReceiveCount);
        Assert.Equal(1573251510774, message.SentUnixMilliseconds);
        Assert.Equal("1", message.GroupId);
    }

    [Fact]
    public void Names_may_be_in_any_letter_case()
    {
        SqsEvent read = Read("""
            {"records":[{"MessageId":"a","ReceiptHandle":"b","Body":"c","Attributes":
                {"approximateReceiveCount":"3","sentTimestamp":"4","messageGroupId":"g"}}]}
            """);

        SqsMessage message = Assert.Single(read.Messages);
        Assert.Equal(
            ("a", "b", "c", 3, 4, "g"),
            (message.MessageId, message.ReceiptHandle, message.Body, message.ReceiveCount, message.SentUnixMilliseconds, message.GroupId));
    }

    [Fact]
    public void Names_may_be_escaped()
    {
        Assert.Equal("c", Assert.Single(Read("""{"\u0052ecords":[{"\u006dessageId":"a","bod\u0079":"c"}]}""").Messages).Body);
    }

    [Fact]
    public void A_message_of_a_standard_queue_has_no_group()
    {
        SqsEvent read = Read("""{"Records":[{"messageId":"a","receiptHandle":"b","body":"c","attributes":{"ApproximateReceiveCount":"1"}}]}""");

        Assert.Null(Assert.Single(read.Messages).GroupId);
    }

    [Fact]
    public void What_is_not_used_may_be_anything()
    {
        SqsEvent read = Read("""
            {"Records":[{"messageId":"a","body":"c","receiptHandle":7,"md5OfBody":{},"eventSource":null,"awsRegion":[],"eventSourceARN":"\ud83d",
                "messageAttributes":{"x":{"dataType":null,"stringValue":7}},
                "attributes":{"ApproximateFirstReceiveTimestamp":{},"SenderId":1,"\ud83d":"x","AWSTraceHeader":[1]}}]}
            """);

        SqsMessage message = Assert.Single(read.Messages);
        Assert.Equal(("a", "c", null), (message.MessageId, message.Body, message.ReceiptHandle));
        Assert.Empty(read.OddMessageIds);
    }

    [Theory]
    [InlineData("""{"ApproximateReceiveCount":2,"SentTimestamp":3}""", 2, 3L)]
    [InlineData("""{"ApproximateReceiveCount":"x","SentTimestamp":"3.5"}""", 1, null)]
    [InlineData("""{"ApproximateReceiveCount":{},"SentTimestamp":[]}""", 1, null)]
    [InlineData("""{"ApproximateReceiveCount":"99999999999","SentTimestamp":"99999999999999999999"}""", int.MaxValue, null)]
    [InlineData("""{"ApproximateReceiveCount":"-1","SentTimestamp":""}""", 1, null)]
    [InlineData("""{"ApproximateReceiveCount":"0","SentTimestamp":"-1"}""", 1, null)]
    [InlineData("""{"SentTimestamp":"9223372036854775807"}""", 1, null)]
    [InlineData("[]", 1, null)]
    [InlineData("null", 1, null)]
    [InlineData("7", 1, null)]
    public void A_number_that_cannot_be_read_is_as_if_it_were_missing(string attributes, int receives, long? sent)
    {
        SqsMessage message = Assert.Single(Read($$"""{"Records":[{"messageId":"a","attributes":{{attributes}},"body":"c"}]}""").Messages);

        Assert.Equal((receives, sent, "c"), (message.ReceiveCount, message.SentUnixMilliseconds, message.Body));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","body":null""")]
    [InlineData(""","body":{"secret":1}""")]
    [InlineData(""","body":["secret"]""")]
    [InlineData(""","body":7""")]
    [InlineData(",\"body\":\"\\ud83d\"")]
    public void A_record_without_a_body_is_odd_and_the_others_are_read(string body)
    {
        SqsEvent read = Read($$"""{"Records":[{"messageId":"a","body":"1"},{"messageId":"b"{{body}}},{"messageId":"c","body":"3"}]}""");

        Assert.Equal(["b"], read.OddMessageIds);
        Assert.Equal(["a", "c"], read.Messages.Select(static message => message.MessageId));
    }

    [Fact]
    public void Unknown_fields_may_be_nested_to_any_depth()
    {
        string deep = new string('[', 10_000) + new string(']', 10_000);

        SqsEvent read = Read(
            """{"unknown":DEEP,"Records":[{"unknown":DEEP,"messageId":"a","receiptHandle":"b","body":"c","attributes":{"Unknown":DEEP}}]}"""
                .Replace("DEEP", deep, StringComparison.Ordinal));

        Assert.Equal("c", Assert.Single(read.Messages).Body);
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
    [InlineData("""{"Records":[[]]}""")]
    [InlineData("""{"Records":[{}]}""")]
    [InlineData("""{"Records":[{"body":"c"}]}""")]
    [InlineData("""{"Records":[{"messageId":"a","body":"c"},{"messageId":"","body":"c"}]}""")]
    [InlineData("""{"Records":[{"messageId":null,"body":"c"}]}""")]
    [InlineData("""{"Records":[{"messageId":{},"body":"c"}]}""")]
    [InlineData("""{"Records":[{"messageId":"a","body":"c"}]""")]
    [InlineData("""{"Records":[{"messageId":"a","body":"c"}]} x""")]
    public void Another_shape_is_no_event_of_SQS(string payload)
    {
        Assert.False(SqsEvent.TryRead(Encoding.UTF8.GetBytes(payload), out SqsEvent? read));
        Assert.Null(read);
    }

    [Fact]
    public void A_batch_response_names_the_failures_as_documented() =>
        Assert.Equal("""{"batchItemFailures":[{"itemIdentifier":"id2"},{"itemIdentifier":"id4"}]}""", Write("id2", "id4"));

    [Fact]
    public void A_batch_response_without_failures_has_an_empty_list() => Assert.Equal("""{"batchItemFailures":[]}""", Write());

    private static SqsEvent Read(string payload)
    {
        Assert.True(SqsEvent.TryRead(Encoding.UTF8.GetBytes(payload), out SqsEvent? read));
        return read;
    }

    private static string Write(params string[] failed)
    {
        ArrayBufferWriter<byte> output = new();
        SqsBatchResponse.Write(failed, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
