using System.Net;
using System.Text.Json;
using Hashee.Emulator.Platform;

namespace Hashee.Emulator.Tests.Platform;

public sealed class MessagesApiTests
{
    private const string ClientMessageId = "01HZX9T3K8ZZZZZZZZZZZZZZZZ";

    [Fact]
    public async Task A_text_is_accepted_and_answered_with_the_id_it_got()
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.PostAsync(api.Text("hello", ClientMessageId));

        Assert.Equal(201, answer.Status);
        AgentMessage message = Assert.Single(api.Platform.Messages);
        Assert.Equal(message.Id, answer.Data.GetProperty("message_id").GetString());
        Assert.Equal("hello", message.Text);
        Assert.Equal(ClientMessageId, message.ClientMessageId);
        Assert.Equal(1, message.Sequence);
        Assert.Same(api.Conversation, message.Conversation);
        Assert.False(message.IsSealed);
    }

    [Fact]
    public async Task A_client_message_id_is_optional()
    {
        await using Api api = await Api.StartAsync();

        Assert.Equal(201, (await api.PostAsync(api.Text("one"))).Status);
        Assert.Equal(201, (await api.PostAsync(api.Text("two"))).Status);

        Assert.Equal(["one", "two"], api.Platform.Messages.Select(message => message.Text));
        Assert.Equal([1, 2], api.Platform.Messages.Select(message => message.Sequence));
    }

    [Fact]
    public async Task A_client_message_id_that_comes_again_gets_the_first_answer_and_is_counted()
    {
        await using Api api = await Api.StartAsync();

        Answer first = await api.PostAsync(api.Text("hello", ClientMessageId));
        Answer second = await api.PostAsync(api.Text("hello", ClientMessageId));

        Assert.Equal((201, 200), (first.Status, second.Status));
        Assert.Equal(first.Data.GetProperty("message_id").GetString(), second.Data.GetProperty("message_id").GetString());
        Assert.Equal(1, Assert.Single(api.Platform.Messages).Repetitions);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hsk_0123456789012345678901234567890123456789")]
    public async Task A_request_without_a_valid_token_is_unauthorized(string? token)
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.SendAsync(HttpMethod.Post, api.MessagesPath, token, Api.JsonContent(api.Text("hello")));

        Assert.Equal((401, "unauthorized"), (answer.Status, answer.ErrorCode));
        Assert.Empty(api.Platform.Messages);
    }

    [Fact]
    public async Task An_error_has_the_documented_shape()
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.SendAsync(HttpMethod.Post, api.MessagesPath, token: null, Api.JsonContent(api.Text("hello")));

        JsonElement error = answer.Json.GetProperty("error");
        Assert.Equal(["code", "message", "i18n_key", "params"], error.EnumerateObject().Select(property => property.Name));
        Assert.Equal("errors.unauthorized", error.GetProperty("i18n_key").GetString());
        Assert.NotEqual("", error.GetProperty("message").GetString());
        Assert.Equal(JsonValueKind.Object, error.GetProperty("params").ValueKind);
    }

    [Fact]
    public async Task A_token_is_no_good_for_another_agent()
    {
        await using Api api = await Api.StartAsync();
        Agent other = api.Platform.AddAgent();

        Answer answer = await api.SendAsync(HttpMethod.Post, $"/agents/{other.Id}/messages", api.Agent.Token, Api.JsonContent(api.Text("hello")));

        Assert.Equal((403, "forbidden"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task An_unknown_conversation_is_not_found()
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.PostAsync(api.Text("hello", conversationId: "01HZUNKNOWN"));

        Assert.Equal((404, "conversation_not_found"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_conversation_of_another_agent_is_not_found()
    {
        await using Api api = await Api.StartAsync();
        Conversation other = api.Platform.AddConversation(api.Platform.AddAgent(), api.User);

        Answer answer = await api.PostAsync(api.Text("hello", conversationId: other.Id));

        Assert.Equal((404, "conversation_not_found"), (answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_method_than_POST_is_not_allowed(string method)
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.SendAsync(new HttpMethod(method), api.MessagesPath, api.Agent.Token);

        Assert.Equal((405, "method_not_allowed"), (answer.Status, answer.ErrorCode));
        Assert.Equal(["POST"], answer.Allow);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/agents")]
    [InlineData("/agents/x/messages/")]
    [InlineData("/v1/agents/x/messages")]
    public async Task An_undocumented_path_is_not_found(string path)
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.GetAsync(path);

        Assert.Equal((404, "not_found"), (answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Another_content_type_than_JSON_is_refused(string contentType)
    {
        await using Api api = await Api.StartAsync();
        StringContent content = Api.JsonContent(api.Text("hello"));
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        Answer answer = await api.SendAsync(HttpMethod.Post, api.MessagesPath, api.Agent.Token, content);

        Assert.Equal((415, "unsupported_media_type"), (answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text","text":"x"}} x""")]
    [InlineData("""{"payload":{"type":"text","text":"x"}}""")]
    [InlineData("""{"conversation_id":7,"payload":{"type":"text","text":"x"}}""")]
    [InlineData("""{"conversation_id":"","payload":{"type":"text","text":"x"}}""")]
    [InlineData("""{"conversation_id":"C"}""")]
    [InlineData("""{"conversation_id":"C","payload":"x"}""")]
    [InlineData("""{"conversation_id":"C","payload":{"text":"x"}}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text"}}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text","text":""}}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text","text":"\ud800"}}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"dance"}}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"image"}}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"file","attachment_id":"a","filename":"f","mime":"m","size":"1"}}""")]
    [InlineData("""{"conversation_id":"C","encrypted_payload":"SFNFMQ=="}""")]
    [InlineData("""{"conversation_id":"C","encrypted_payload":"not base64"}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text","text":"x"},"client_message_id":"short"}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text","text":"x"},"client_message_id":"81HZX9T3K8ZZZZZZZZZZZZZZZZ"}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text","text":"x"},"client_message_id":"01HZX9T3K8ZZZZZZZZZZZZZZZU"}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text","text":"x"},"colour":"red"}""")]
    [InlineData("""{"conversation_id":"C","conversation_id":"C","payload":{"type":"text","text":"x"}}""")]
    [InlineData("""{"conversation_id":"C","payload":{"type":"text","text":"x"},"\ud800":1}""")]
    public async Task A_body_that_is_not_the_documented_JSON_is_refused(string body)
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.PostAsync(body.Replace("\"C\"", $"\"{api.Conversation.Id}\"", StringComparison.Ordinal));

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.ErrorCode));
        Assert.Empty(api.Platform.Messages);
    }

    [Fact]
    public async Task A_message_is_either_plain_or_sealed()
    {
        await using Api api = await Api.StartAsync();
        byte[] envelope = api.Platform.Seal(api.Conversation, api.Agent.Id, api.Agent.SigningKey, "{}"u8);
        string plainAndSealed = $$"""{"payload":{"type":"text","text":"x"},{{api.Sealed(envelope)[1..]}}""";

        Answer answer = await api.PostAsync(plainAndSealed);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData("""{"type":"image","attachment_id":"a","alt":"a cat"}""")]
    [InlineData("""{"type":"video","attachment_id":"a"}""")]
    [InlineData("""{"type":"audio","attachment_id":"a","duration_s":3}""")]
    [InlineData("""{"type":"file","attachment_id":"a","filename":"f.txt","mime":"text/plain","size":3}""")]
    [InlineData("""{"type":"artifact","artifact":{}}""")]
    [InlineData("""{"type":"text","text":"*x*","markdown":true}""")]
    public async Task Every_documented_payload_is_accepted(string payload)
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.PostAsync($$"""{"conversation_id":"{{api.Conversation.Id}}","payload":{{payload}}}""");

        Assert.Equal(201, answer.Status);
        Assert.Equal(payload, Assert.Single(api.Platform.Messages).Payload?.GetRawText());
    }

    [Theory]
    [InlineData(100_000, 201)]
    [InlineData(100_001, 400)]
    public async Task A_text_has_at_most_100_000_characters(int length, int status)
    {
        await using Api api = await Api.StartAsync();

        Assert.Equal(status, (await api.PostAsync(api.Text(new string('x', length)))).Status);
    }

    [Theory]
    [InlineData(0, false, 201)]
    [InlineData(0, true, 201)]
    [InlineData(1, false, 413)]
    [InlineData(1, true, 413)]
    public async Task A_body_has_at_most_1_MB_with_or_without_its_length_said(int beyond, bool chunked, int status)
    {
        await using Api api = await Api.StartAsync();
        string body = api.Text("hello");
        StringContent content = Api.JsonContent(body.PadRight(1_048_576 + beyond));

        Answer answer = await api.SendAsync(HttpMethod.Post, api.MessagesPath, api.Agent.Token, chunked ? new Unsized(content) : content);

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task The_sixth_message_within_a_second_is_told_when_to_come_again()
    {
        ManualTime time = new();
        await using Api api = await Api.StartAsync(new PlatformOptions { Time = time });
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(201, (await api.PostAsync(api.Text("hello"))).Status);
        }

        Answer refused = await api.PostAsync(api.Text("hello"));

        Assert.Equal((429, "rate_limited"), (refused.Status, refused.ErrorCode));
        Assert.Equal(TimeSpan.FromSeconds(1), refused.RetryAfter);
        Assert.Equal(1, refused.Json.GetProperty("error").GetProperty("params").GetProperty("retry_after").GetInt32());

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(201, (await api.PostAsync(api.Text("hello"))).Status);
    }

    [Fact]
    public async Task Each_agent_has_a_rate_limit_of_its_own()
    {
        await using Api api = await Api.StartAsync(new PlatformOptions { MessagesPerSecond = 1, Time = new ManualTime() });
        Agent other = api.Platform.AddAgent();
        Conversation conversation = api.Platform.AddConversation(other, api.User);
        await api.PostAsync(api.Text("hello"));

        Answer answer = await api.SendAsync(
            HttpMethod.Post, $"/agents/{other.Id}/messages", other.Token, Api.JsonContent(api.Text("hello", conversationId: conversation.Id)));

        Assert.Equal(201, answer.Status);
    }

    [Fact]
    public async Task Ids_may_hold_characters_that_a_path_escapes()
    {
        await using Api api = await Api.StartAsync();
        User user = api.Platform.AddUser("a/b c%?");

        Answer answer = await api.GetAsync("/keys/users/a%2Fb%20c%25%3F/devices");

        Assert.Equal(user.Devices[0].Id, Assert.Single(answer.Data.EnumerateArray()).GetProperty("device_id").GetString());
    }

    [Fact]
    public async Task Every_answered_call_is_recorded_with_its_status()
    {
        await using Api api = await Api.StartAsync();
        await api.GetAsync("/nowhere");
        await api.PostAsync(api.Text("hello"));

        Assert.Equal(
            [("GET", "/nowhere", 404), ("POST", api.MessagesPath, 201)],
            api.Platform.Calls.Select(call => (call.Method, call.Path, call.Status)));
    }

    [Fact]
    public async Task While_the_platform_is_away_every_request_is_answered_503()
    {
        await using Api api = await Api.StartAsync();
        api.Platform.Outage = Outage.Unavailable;
        Answer away = await api.PostAsync(api.Text("hello"));
        api.Platform.Outage = Outage.None;
        Answer back = await api.PostAsync(api.Text("hello"));

        Assert.Equal((503, "service_unavailable", 201), (away.Status, away.ErrorCode, back.Status));
    }

    [Fact]
    public async Task While_the_platform_is_disconnected_no_request_is_answered()
    {
        await using Api api = await Api.StartAsync();
        api.Platform.Outage = Outage.Disconnected;

        await Assert.ThrowsAsync<HttpRequestException>(() => api.PostAsync(api.Text("hello")));

        Assert.Empty(api.Platform.Messages);
    }

    [Fact]
    public async Task The_next_requests_can_be_made_to_fail()
    {
        await using Api api = await Api.StartAsync();
        api.Platform.FailNextRequests(2);

        List<int> statuses = [];
        foreach (string text in (string[])["a", "b", "c"])
        {
            statuses.Add((await api.PostAsync(api.Text(text))).Status);
        }

        Assert.Equal([500, 500, 201], statuses);
        Assert.Equal(["c"], api.Platform.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task They_fail_as_the_test_wants_it()
    {
        await using Api api = await Api.StartAsync();

        Answer limited = await FailAsync(ApiAnswer.RateLimited(TimeSpan.FromHours(1)));
        Answer gone = await FailAsync(ApiAnswer.Error(410, "conversation_gone", "The conversation is over."));
        Answer revoked = await FailAsync(ApiAnswer.RelationRevoked());
        Answer silent = await FailAsync(ApiAnswer.WithoutCode(403));

        Assert.Equal((429, "rate_limited", TimeSpan.FromHours(1)), (limited.Status, limited.ErrorCode, limited.RetryAfter));
        Assert.Equal((410, "conversation_gone"), (gone.Status, gone.ErrorCode));
        Assert.Equal((403, "RELATION_REVOKED"), (revoked.Status, revoked.ErrorCode));
        Assert.Equal((403, "{}"), (silent.Status, silent.Json.GetRawText()));
        Assert.Empty(api.Platform.Messages);

        async Task<Answer> FailAsync(ApiAnswer answer)
        {
            api.Platform.FailNextRequests(1, answer);
            return await api.PostAsync(api.Text("hello"));
        }
    }

    [Fact]
    public async Task A_platform_may_refuse_single_messages()
    {
        await using Api api = await Api.StartAsync();
        Conversation other = api.Platform.AddConversation(api.Agent, api.User);
        api.Platform.MessageRefusal = message => message.ConversationId == other.Id ? ApiAnswer.RelationRevoked() : null;

        Answer refused = await api.PostAsync(api.Text("hello", conversationId: other.Id));
        Answer accepted = await api.PostAsync(api.Text("hello"));

        Assert.Equal((403, 201), (refused.Status, accepted.Status));
        Assert.Equal(api.Conversation, Assert.Single(api.Platform.Messages).Conversation);
    }

    [Fact]
    public async Task A_platform_may_answer_a_repetition_with_a_conflict()
    {
        await using Api api = await Api.StartAsync(new PlatformOptions { RefusesRepetitions = true });

        Answer first = await api.PostAsync(api.Text("hello", ClientMessageId));
        Answer second = await api.PostAsync(api.Text("hello", ClientMessageId));

        Assert.Equal((201, 409, "already_exists"), (first.Status, second.Status, second.ErrorCode));
        Assert.Equal(1, Assert.Single(api.Platform.Messages).Repetitions);
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_message_accepted()
    {
        await using Api api = await Api.StartAsync();
        api.Platform.LoseNextAnswers(1);

        await Assert.ThrowsAsync<HttpRequestException>(() => api.PostAsync(api.Text("hello", ClientMessageId)));
        Answer second = await api.PostAsync(api.Text("hello", ClientMessageId));

        Assert.Equal(200, second.Status);
        Assert.Equal(1, Assert.Single(api.Platform.Messages).Repetitions);
    }

    [Fact]
    public async Task Whoever_waits_for_messages_gets_them_in_order_as_soon_as_there_are_enough()
    {
        await using Api api = await Api.StartAsync();
        Task<IReadOnlyList<AgentMessage>> two = api.Platform.WaitForMessagesAsync(api.Conversation, 2, TestContext.Current.CancellationToken);
        await api.PostAsync(api.Text("one"));
        Assert.False(two.IsCompleted);
        await api.PostAsync(api.Text("two"));

        Assert.Equal(["one", "two"], (await two).Select(message => message.Text));
    }

    /// <summary>Content that does not know its length, so that it is sent in chunks.</summary>
    private sealed class Unsized : HttpContent
    {
        private readonly HttpContent _inner;

        public Unsized(HttpContent inner)
        {
            _inner = inner;
            Headers.ContentType = inner.Headers.ContentType;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _inner.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
