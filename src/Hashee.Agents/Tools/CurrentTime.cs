using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>The built-in tool <c>current_time</c>. Time zones are those of the machine; where it has none, the answer is in UTC and says so.</summary>
internal sealed class CurrentTime(TimeProvider clock) : AIFunction
{
    public const string ToolName = "current_time";

    private const int LongestZone = 64;

    private JsonElement? _schema;

    public override string Name => ToolName;

    public override string Description => "The current date and time.";

    public override JsonElement JsonSchema => _schema ??= JsonElement.Parse("""
        {"type":"object","properties":{"time_zone":{"description":"An IANA time zone such as Europe/Berlin. UTC when left out.","type":["string","null"],"default":null}}}
        """);

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        string? zone = ToolValue.TryGet(arguments, "time_zone", out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? ToolValue.Text(value, "time_zone")
            : null;
        DateTimeOffset now = clock.GetUtcNow();
        return ValueTask.FromResult<object?>(string.IsNullOrWhiteSpace(zone) || zone == "UTC" ? Write(now, "UTC")
            : Find(zone) is { } found ? Write(TimeZoneInfo.ConvertTime(now, found), zone)
            : $"{Write(now, "UTC")}; this machine does not know the time zone that was asked for");
    }

    /// <summary>An id is a path below the machine's zones: nothing else than a name gets there.</summary>
    private static TimeZoneInfo? Find(string zone) =>
        zone.Length <= LongestZone
        && zone.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+')
        && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found) ? found : null;

    private static string Write(DateTimeOffset time, string zone) =>
        string.Create(CultureInfo.InvariantCulture, $"{time:dddd}, {time:yyyy-MM-ddTHH:mm:sszzz} ({zone})");
}
