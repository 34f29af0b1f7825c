using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hashee.Emulator.Platform;

namespace Hashee.Emulator.Tests.Platform;

/// <summary>A platform with one user in one conversation with one agent, and a client that calls its API as that agent.</summary>
internal sealed class Api : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private Api(HasheePlatform platform)
    {
        Platform = platform;
        User = platform.AddUser();
        Agent = platform.AddAgent();
        Conversation = platform.AddConversation(Agent, User);
    }

    public HasheePlatform Platform { get; }

    public User User { get; }

    public Agent Agent { get; }

    public Conversation Conversation { get; }

    public static async Task<Api> StartAsync(PlatformOptions? options = null) => new(await HasheePlatform.StartAsync(options));

    public string MessagesPath => $"/agents/{Uri.EscapeDataString(Agent.Id)}/messages";

    public string Text(string text, string? clientMessageId = null, string? conversationId = null)
    {
        JsonObject body = new()
        {
            ["conversation_id"] = conversationId ?? Conversation.Id,
            ["payload"] = new JsonObject { ["type"] = "text", ["text"] = text },
        };
        if (clientMessageId is not null)
        {
            body["client_message_id"] = clientMessageId;
        }

        return body.ToJsonString();
    }

    public string Sealed(byte[] envelope) =>
        $$"""{"conversation_id":"{{Conversation.Id}}","encrypted_payload":"{{Convert.ToBase64String(envelope)}}"}""";

    public Task<Answer> PostAsync(string body) => SendAsync(HttpMethod.Post, MessagesPath, Agent.Token, JsonContent(body));

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, Agent.Token);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? token, HttpContent? content = null)
    {
        using HttpRequestMessage request = new(method, Platform.BaseUrl.GetLeftPart(UriPartial.Authority) + path) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using HttpResponseMessage response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return new Answer((int)response.StatusCode, json.RootElement.Clone(), response.Headers.RetryAfter?.Delta, [.. response.Content.Headers.Allow]);
    }

    public static StringContent JsonContent(string body) => new(body, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Platform.DisposeAsync();
    }
}

/// <summary>What the API answered.</summary>
internal sealed record Answer(int Status, JsonElement Json, TimeSpan? RetryAfter, IReadOnlyList<string> Allow)
{
    public JsonElement Data => Json.GetProperty("data");

    public string? ErrorCode => Json.GetProperty("error").GetProperty("code").GetString();
}
