using System.Text;
using System.Text.Json;
using Hashee.Aws.Tests.Sqs;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.DynamoDb;

/// <summary>Answers that dynalite does not give.</summary>
public sealed class DynamoTroubleTests
{
    private readonly List<HttpMessage> _requests = [];

    private static DynamoItem Key => new() { ["key"] = "k" };

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"Item":{"a":{"S":"b"}}""")]
    [InlineData("""{"Item":{}} {}""")]
    public async Task What_is_no_JSON_object_is_tried_again_and_named(string body)
    {
        Assert.Equal(AwsOutcome.Unavailable("the answer is not a JSON object"), (await GetAsync(AwsTest.Response(200, body))).Outcome);
        Assert.Equal(2, _requests.Count);
    }

    [Theory]
    [InlineData("""{"Item":[]}""")]
    [InlineData("""{"Item":null}""")]
    [InlineData("""{"Item":{"a":"b"}}""")]
    [InlineData("""{"Item":{"a":{}}}""")]
    [InlineData("""{"Item":{"a":{"S":1}}}""")]
    [InlineData("""{"Item":{"a":{"N":1}}}""")]
    [InlineData("""{"Item":{"a":{"S":"b","N":"1"}}}""")]
    [InlineData("""{"Item":{"a":{"S":"\ud800"}}}""")]
    [InlineData("""{"Item":{"\ud800":{"S":"a"}}}""")]
    public async Task What_is_no_item_is_named(string body)
    {
        DynamoReply reply = await GetAsync(AwsTest.Response(200, body));

        Assert.Equal(AwsOutcome.Unavailable("the answer is not that of DynamoDB"), reply.Outcome);
        Assert.Null(reply.Item);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Items":{}}""")]
    [InlineData("""{"Items":[1]}""")]
    [InlineData("""{"Items":[],"LastEvaluatedKey":1}""")]
    public async Task What_is_no_page_is_named(string body)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, body)));
        using DynamoDbClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));

        Assert.Equal(
            AwsOutcome.Unavailable("the answer is not that of DynamoDB"),
            (await client.QueryAsync(new("t", "a = :a", new()), AwsTest.Soon)).Outcome);
    }

    [Fact]
    public async Task Pages_without_an_end_are_an_error()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, """{"Items":[],"LastEvaluatedKey":{"a":{"S":"b"}}}""")));
        using DynamoDbClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));

        AwsOutcome outcome = (await client.QueryAsync(new("t", "a = :a", new()), AwsTest.Soon)).Outcome;

        Assert.Equal((AwsOutcomeKind.Refused, "the query has too many pages"), (outcome.Kind, outcome.Reason));
        Assert.Equal(100, _requests.Count);
        Assert.Equal("""{"S":"b"}""", JsonDocument.Parse(_requests[1].Body).RootElement.GetProperty("ExclusiveStartKey").GetProperty("a").GetRawText());
    }

    [Fact]
    public async Task A_wrong_checksum_is_no_answer_and_a_right_one_is()
    {
        const string body = """{"Item":{"a":{"S":"b"}}}""";
        uint checksum = Crc32.Compute(Encoding.ASCII.GetBytes(body));

        Assert.True((await GetAsync(AwsTest.Response(200, body, $"x-amz-crc32: {checksum}\r\n"))).Outcome.IsAccepted);
        Assert.All(
            [
                await GetAsync(AwsTest.Response(200, body, $"x-amz-crc32: {checksum + 1}\r\n")),
                await GetAsync(AwsTest.Response(200, body, $"x-amz-crc32: {checksum}x\r\n")),
                await GetAsync(AwsTest.Response(200, body, "x-amz-crc32: \r\n")),
            ],
            static reply => Assert.Equal(AwsOutcome.Unavailable("the answer's checksum is wrong"), reply.Outcome));
    }

    [Fact]
    public async Task Other_types_of_values_keep_their_JSON_and_can_be_written_again()
    {
        const string item = """{"m":{"M":{"x":{"S":"\"y"}}},"l":{"L":[{"N":"1"}]},"b":{"BOOL":true},"n":{"NULL":true},"s":{"SS":["a","b"]}}""";

        DynamoReply reply = await GetAsync(AwsTest.Response(200, $$"""{"Item":{{item}}}"""));

        ByteBuffer written = new(16);
        reply.Item!.Write(written);
        Assert.Equal(item, Encoding.UTF8.GetString(written.Written));
        Assert.True(reply.Item.TryGet("l", out DynamoValue list));
        Assert.Equal(("L", """[{"N":"1"}]"""), (list.Type, list.Text));
    }

    [Theory]
    [InlineData("""{"__type":"x#ConditionalCheckFailedException","Item":{"fence":{"N":"8"}}}""", 8L)]
    [InlineData("""{"__type":"x#ConditionalCheckFailedException"}""", null)]
    [InlineData("""{"__type":"x#ConditionalCheckFailedException","Item":1}""", null)]
    public async Task A_failed_condition_brings_the_item_if_asked(string body, long? fence)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(400, body)));
        using DynamoDbClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));

        DynamoReply reply = await client.PutItemAsync("t", Key, AwsTest.Soon, new() { Condition = "fence = fence", ReturnsItemOnFailure = true });

        Assert.Equal((AwsOutcomeKind.ConditionFailed, fence), (reply.Outcome.Kind, reply.Item?.Number("fence")));
        Assert.Equal(
            """{"TableName":"t","Item":{"key":{"S":"k"}},"ConditionExpression":"fence = fence","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}""",
            Assert.Single(_requests).Text);
    }

    [Theory]
    [InlineData(false, null, 2)]
    [InlineData(true, null, 1)]
    [InlineData(true, true, 2)]
    [InlineData(false, false, 1)]
    public async Task A_write_whose_second_try_would_fail_its_own_condition_is_not_repeated(bool hasCondition, bool? isRepeatable, int tries)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(500, "{}")));
        using DynamoDbClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));
        DynamoExpression expression = new() { Condition = hasCondition ? "a = b" : null, IsRepeatable = isRepeatable };

        await client.PutItemAsync("t", Key, AwsTest.Soon, expression);

        Assert.Equal(tries, _requests.Count);
    }

    [Fact]
    public async Task An_update_is_repeated_only_where_that_does_no_harm()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(500, "{}")));
        using DynamoDbClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));

        await client.UpdateItemAsync("t", Key, "ADD a :a", new(), returnsItem: false, AwsTest.Soon);
        Assert.Single(_requests);
        await client.UpdateItemAsync("t", Key, "SET a = :a", new() { IsRepeatable = true }, returnsItem: false, AwsTest.Soon);
        Assert.Equal(3, _requests.Count);
    }

    private async Task<DynamoReply> GetAsync(string answer)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, answer));
        using DynamoDbClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port));
        return await client.GetItemAsync("t", Key, AwsTest.Soon);
    }
}
