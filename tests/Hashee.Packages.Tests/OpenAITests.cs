using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace Hashee.Packages.Tests;

/// <summary>The OpenAI package over <see cref="Host.HttpTransportHandler"/>.</summary>
public sealed class OpenAITests
{
    private const string Completion = """
        {"id":"c1","object":"chat.completion","created":1,"model":"m",
         "choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Grüezi"}}],
         "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chat_is_completed()
    {
        using ScriptedApi api = new(ScriptedApi.Json(200, Completion));
        ChatClient chat = NewClient(api);

        ChatCompletion completion = await chat.CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: Token);
        ChatCompletion second = await chat.CompleteChatAsync([new UserChatMessage("again")], cancellationToken: Token);

        Assert.Equal("Grüezi", completion.Content[0].Text);
        Assert.Equal(3, second.Usage.TotalTokenCount);
        Assert.Equal("POST /v1/chat/completions HTTP/1.1", api.Requests[0].StartLine);
        Assert.Equal("Bearer key", api.Requests[0].Headers["Authorization"]);
        using JsonDocument body = JsonDocument.Parse(api.Requests[0].Body);
        Assert.Equal("m", body.RootElement.GetProperty("model").GetString());
        Assert.Equal(1, api.Connections);
    }

    [Fact]
    public void A_chat_is_completed_for_those_who_wait_with_their_thread()
    {
        using ScriptedApi api = new(ScriptedApi.Json(200, Completion));

        Assert.Equal("Grüezi", NewClient(api).CompleteChat([new UserChatMessage("Hello")], cancellationToken: Token).Value.Content[0].Text);
    }

    [Fact]
    public async Task A_streamed_chat_is_here_piece_by_piece()
    {
        using SemaphoreSlim isRead = new(0);
        using ScriptedApi api = new(connection =>
        {
            connection.Send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (string word in (string[])["one", "two", "three"])
            {
                SendChunk($$$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"choices":[{"index":0,"delta":{"content":"{{{word}}}"}}]}""" + "\n\n");
                isRead.Wait(Token);
            }

            SendChunk("data: [DONE]\n\n");
            connection.Send("0\r\n\r\n");

            void SendChunk(string text) => connection.Send($"{text.Length:x}\r\n{text}\r\n");
        });
        List<string> words = [];

        ChatClient chat = NewClient(api);
        await foreach (StreamingChatCompletionUpdate update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hello")], cancellationToken: Token))
        {
            // The server waits with the next one until this one is here.
            words.AddRange(update.ContentUpdate.Select(static part => part.Text));
            isRead.Release();
        }

        Assert.Equal(["one", "two", "three"], words);
    }

    [Fact]
    public async Task An_error_of_the_API_is_the_packages_own()
    {
        using ScriptedApi api = new(ScriptedApi.Json(400, """{"error":{"message":"no","type":"invalid_request_error","code":"bad"}}"""));

        ClientResultException refused = await Assert.ThrowsAsync<ClientResultException>(
            () => NewClient(api).CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: Token));

        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task A_stream_that_is_given_up_is_ended()
    {
        using ScriptedApi api = new(static connection =>
        {
            connection.Send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            connection.Stall();
        });
        using CancellationTokenSource end = new();
        IAsyncEnumerator<StreamingChatCompletionUpdate> updates =
            NewClient(api).CompleteChatStreamingAsync([new UserChatMessage("Hello")], cancellationToken: end.Token).GetAsyncEnumerator(end.Token);

        ValueTask<bool> next = updates.MoveNextAsync();
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await updates.DisposeAsync();
    }

    private static ChatClient NewClient(ScriptedApi api) => new("m", new ApiKeyCredential("key"), new OpenAIClientOptions
    {
        Endpoint = new Uri($"{api.Url}/v1"),
        Transport = new HttpClientPipelineTransport(api.Client),
    });
}
