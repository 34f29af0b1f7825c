using System.Text.Json;

namespace Hashee.Webhook.Tests.World;

/// <summary>The webhook's answer as an HTTP client sees it.</summary>
internal sealed record WebhookReply(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Reads a function's response in payload format 2.0, which must have these three members and no other.</summary>
    public static WebhookReply Read(ReadOnlyMemory<byte> response)
    {
        using JsonDocument document = JsonDocument.Parse(response);
        JsonElement root = document.RootElement;
        Assert.Equal(["statusCode", "headers", "body"], root.EnumerateObject().Select(static member => member.Name));
        return new WebhookReply(
            root.GetProperty("statusCode").GetInt32(),
            root.GetProperty("headers").EnumerateObject().ToDictionary(static field => field.Name, static field => $"{field.Value}"),
            root.GetProperty("body").GetString()!);
    }

    /// <summary>The members of an error in Hashee's shape, <c>{"error":{"code","message"}}</c>, which must have no other.</summary>
    public (string Code, string Message) ReadError()
    {
        Assert.Equal("application/json", Headers["content-type"]);
        using JsonDocument document = JsonDocument.Parse(Body);
        JsonProperty error = Assert.Single(document.RootElement.EnumerateObject());
        Assert.Equal("error", error.Name);
        Assert.Equal(["code", "message"], error.Value.EnumerateObject().Select(static member => member.Name));
        return (error.Value.GetProperty("code").GetString()!, error.Value.GetProperty("message").GetString()!);
    }
}
