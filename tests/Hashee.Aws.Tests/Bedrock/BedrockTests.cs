using System.Text;
using Hashee.Aws.Tests.EventStreams;
using Hashee.Aws.Tests.Sqs;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Bedrock;

public sealed class BedrockTests
{
    private const string Model = "eu.anthropic.claude-sonnet-4:0";
    private const string Profile = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-v1:0";

    private static readonly string[] Texts = ["one", "two"];

    private readonly List<HttpMessage> _requests = [];

    private static TimeLimit Soon => AwsTest.Soon;

    private static byte[] Request => "{\"messages\":[]}"u8.ToArray();

    [Theory]
    [InlineData(Model, "/model/eu.anthropic.claude-sonnet-4%3A0/converse")]
    [InlineData(
        Profile, "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Ainference-profile%2Feu.anthropic.claude-v1%3A0/converse")]
    [InlineData("../x", "/model/..%2Fx/converse")]
    public async Task A_models_id_is_one_segment_of_the_path_and_signed_like_that(string model, string path)
    {
        using NodeProgram judge = new("aws4");
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, """{"output":{}}""")));
        using BedrockClient client = NewClient(server);

        AwsReply reply = await client.ConverseAsync(model, Request, Soon);

        Assert.True(reply.Outcome.IsAccepted, reply.Outcome.Reason);
        Assert.Equal("""{"output":{}}"""u8, reply.Body);
        HttpMessage request = Assert.Single(_requests);
        Assert.Equal($"POST {path} HTTP/1.1", request.StartLine);
        Assert.Equal(Request, request.Body);
        Assert.Equal(SigningJudge.Sign(judge, request, "bedrock"), request.Headers["Authorization"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_that_is_no_segment_is_refused(string model)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, "{}")));
        using BedrockClient client = NewClient(server);
        using AwsEventStream stream = await client.ConverseStreamAsync(model, Request, Soon);

        Assert.Equal(AwsOutcomeKind.Refused, (await client.ConverseAsync(model, Request, Soon)).Outcome.Kind);
        Assert.Equal(AwsOutcomeKind.Refused, (await stream.ReadAsync()).Outcome.Kind);
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task An_API_key_is_sent_in_place_of_a_signature()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, "{}")));
        using BedrockClient client = NewClient(server, "bedrock-api-key");

        await client.ConverseAsync(Model, Request, Soon);

        Assert.Equal("Bearer bedrock-api-key", _requests[0].Headers["Authorization"]);
        Assert.Equal(["Host", "Content-Type", "Authorization", "Content-Length"], _requests[0].Headers.Keys);
    }

    [Theory]
    [InlineData(429, "ThrottlingException", AwsOutcomeKind.Unavailable)]
    [InlineData(503, "ServiceUnavailableException", AwsOutcomeKind.Unavailable)]
    [InlineData(529, "", AwsOutcomeKind.Unavailable)]
    [InlineData(400, "ValidationException", AwsOutcomeKind.Refused)]
    [InlineData(403, "AccessDeniedException", AwsOutcomeKind.Refused)]
    internal async Task A_call_is_tried_once_and_its_refusal_is_an_outcome(int status, string code, AwsOutcomeKind kind)
    {
        using LoopbackServer server = new(AwsTest.Answer(
            _requests, AwsTest.Response(status, """{"message":"a secret"}""", $"x-amzn-ErrorType: {code}:http://x/\r\nRetry-After: 2\r\n")));
        using BedrockClient client = NewClient(server);

        AwsReply reply = await client.ConverseAsync(Model, Request, Soon);
        using AwsEventStream stream = await client.ConverseStreamAsync(Model, Request, Soon);

        Assert.Equal((kind, code, TimeSpan.FromSeconds(2)), (reply.Outcome.Kind, reply.Outcome.Code, reply.Wait));
        Assert.Equal(reply.Outcome, stream.Reply.Outcome);
        Assert.Equal(reply.Outcome, (await stream.ReadAsync()).Outcome);
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public async Task What_is_no_JSON_object_is_named()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, "<html>")));
        using BedrockClient client = NewClient(server);

        Assert.Equal(AwsOutcome.Unavailable("the answer is not a JSON object"), (await client.ConverseAsync(Model, Request, Soon)).Outcome);
    }

    [Fact]
    public async Task Events_are_read_as_they_come_each_before_the_next_is_sent()
    {
        using SemaphoreSlim isRead = new(0);
        using LoopbackServer server = new(connection =>
        {
            _requests.Add(connection.ReadRequest()!);
            connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (string text in Texts)
            {
                SendChunk(connection, Event("contentBlockDelta", text));
                isRead.Wait(TestContext.Current.CancellationToken);
            }

            connection.Send("0\r\n\r\n");
            connection.Stall();
        });
        using BedrockClient client = NewClient(server);
        using AwsEventStream stream = await client.ConverseStreamAsync(Model, Request, Soon);
        List<string> texts = [];

        while (await stream.ReadAsync() is { IsEvent: true } next)
        {
            texts.Add($"{next.Type} {Encoding.UTF8.GetString(next.Payload.Span)}");
            isRead.Release();
        }

        Assert.Equal(["contentBlockDelta one", "contentBlockDelta two"], texts);
        AwsEvent end = await stream.ReadAsync();
        Assert.Equal((true, false), (end.Outcome.IsAccepted, end.IsEvent));
        Assert.Equal("POST /model/eu.anthropic.claude-sonnet-4%3A0/converse-stream HTTP/1.1", _requests[0].StartLine);
    }

    [Theory]
    [InlineData("exception", ":exception-type", "throttlingException", AwsOutcomeKind.Unavailable)]
    [InlineData("exception", ":exception-type", "modelStreamErrorException", AwsOutcomeKind.Unavailable)]
    [InlineData("exception", ":exception-type", "validationException", AwsOutcomeKind.Refused)]
    [InlineData("exception", ":exception-type", "a text with a secret", AwsOutcomeKind.Unavailable)]
    [InlineData("error", ":error-code", "InternalFailure", AwsOutcomeKind.Unavailable)]
    internal async Task An_exception_in_the_stream_is_an_outcome_and_the_end(string kind, string name, string code, AwsOutcomeKind outcome)
    {
        byte[] failure = EventMessages.Encode("{\"message\":\"a secret\"}", (":message-type", kind), (name, code));
        (AwsEvent first, AwsEvent second, AwsEvent third) = await ReadThreeAsync([.. Event("a", "x"), .. failure, .. Event("b", "y")]);

        string said = code.Contains(' ', StringComparison.Ordinal) ? "" : code;
        Assert.Equal("a", first.Type);
        Assert.Equal(new AwsOutcome(outcome, $"the event stream ends with an error: {said}".TrimEnd(' ', ':'), 200, said), second.Outcome);
        Assert.Equal((false, second.Outcome), (third.IsEvent, third.Outcome));
    }

    [Fact]
    public async Task A_stream_that_breaks_is_an_error()
    {
        byte[] good = Event("a", "x");
        byte[] damaged = [.. good];
        damaged[^5] ^= 1;

        Assert.Equal("the event stream ends inside a message", (await ReadThreeAsync([.. good, .. good[..^1]])).Second.Outcome.Reason);
        Assert.Equal(
            "the answer is not an event stream: the checksum of a message is wrong",
            (await ReadThreeAsync([.. good, .. damaged])).Second.Outcome.Reason);
        Assert.Equal(
            "the answer is not an event stream: the checksum of a length is wrong",
            (await ReadThreeAsync([.. good, .. "<html></html>"u8])).Second.Outcome.Reason);
        Assert.Equal(
            "the event stream has a message of no kind",
            (await ReadThreeAsync([.. good, .. EventMessages.Encode("x", (":event-type", "a"))])).Second.Outcome.Reason);
        Assert.Equal("the answer ends early", (await ReadThreeAsync(good, missing: 10)).Second.Outcome.Reason);
    }

    [Fact]
    public async Task A_token_ends_reading_at_once()
    {
        using CancellationTokenSource end = new();
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            connection.Stall();
        });
        using BedrockClient client = NewClient(server);
        using AwsEventStream stream = await client.ConverseStreamAsync(Model, Request, new TimeLimit(Deadline.Never, end.Token));

        Task<AwsEvent> reading = stream.ReadAsync().AsTask();
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_deadline_is_an_outcome_though_its_token_is_cancelled_then()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            connection.Stall();
        });
        using BedrockClient client = NewClient(server);
        using AwsEventStream stream = await client.ConverseStreamAsync(Model, Request, Soon);
        using AwsEventStream late = new(stream.Reply, new TimeLimit(default, new CancellationToken(canceled: true)));

        Assert.Equal(AwsOutcome.Unavailable("the time limit was reached"), (await late.ReadAsync()).Outcome);
    }

    private static BedrockClient NewClient(LoopbackServer server, string? bearerToken = null) =>
        new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), bearerToken);

    private static byte[] Event(string type, string payload) =>
        EventMessages.Encode(payload, (":message-type", "event"), (":event-type", type), (":content-type", "application/json"));

    private static void SendChunk(ServerConnection connection, byte[] bytes)
    {
        connection.Send($"{bytes.Length:x}\r\n");
        connection.Send([.. bytes, .. "\r\n"u8]);
    }

    private static async Task<(AwsEvent First, AwsEvent Second, AwsEvent Third)> ReadThreeAsync(byte[] body, int missing = 0)
    {
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Send($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length + missing}\r\n\r\n");
            connection.Send(body);
        });
        using BedrockClient client = NewClient(server);
        using AwsEventStream stream = await client.ConverseStreamAsync(Model, Request, Soon);
        return (await stream.ReadAsync(), await stream.ReadAsync(), await stream.ReadAsync());
    }
}
