using System.Globalization;
using System.Text.Json.Nodes;

namespace Hashee.Emulator.Platform;

/// <summary>An answer in Hashee's shape: <c>{"data":…}</c> or <c>{"error":{"code","message","i18n_key","params"}}</c>.</summary>
internal sealed record ApiAnswer(int Status, JsonObject Body)
{
    /// <summary>A header beyond the content type.</summary>
    public (string Name, string Value)? Header { get; private init; }

    public static ApiAnswer Data(int status, JsonNode data) => new(status, new JsonObject { ["data"] = data });

    /// <summary>A page of a list.</summary>
    /// <param name="nextCursor">Where the next page begins; <see langword="null"/> on the last one.</param>
    public static ApiAnswer List(JsonArray data, string? nextCursor) =>
        new(200, new JsonObject { ["data"] = data, ["next_cursor"] = nextCursor });

    /// <summary>An error that says nothing but its status, as of a proxy in front of the API.</summary>
    public static ApiAnswer WithoutCode(int status) => new(status, []);

    public static ApiAnswer Error(int status, string code, string message, JsonObject? parameters = null) => new(status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = code,
            ["message"] = message,
            ["i18n_key"] = $"errors.{code}",
            ["params"] = parameters ?? [],
        },
    });

    public static ApiAnswer Invalid(string message) => Error(400, "invalid_request", message);

    /// <summary>The user does not want to hear from the agent any more.</summary>
    public static ApiAnswer RelationRevoked() => Error(403, "RELATION_REVOKED", "The user has ended the relation with the agent.");

    public static ApiAnswer MethodNotAllowed(string allowed) =>
        Error(405, "method_not_allowed", $"Only {allowed} is allowed here.") with { Header = ("Allow", allowed) };

    public static ApiAnswer Unauthorized() =>
        Error(401, "unauthorized", "The bearer token is missing or not valid.") with { Header = ("WWW-Authenticate", "Bearer") };

    /// <param name="wait">Rounded up to whole seconds, the unit of <c>Retry-After</c> and <c>retry_after</c>.</param>
    public static ApiAnswer RateLimited(TimeSpan wait)
    {
        int seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        return Error(429, "rate_limited", "The agent sends too many messages.", new JsonObject { ["retry_after"] = seconds }) with
        {
            Header = ("Retry-After", seconds.ToString(CultureInfo.InvariantCulture)),
        };
    }
}
