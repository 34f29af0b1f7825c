using System.Text.Json;
using Microsoft.Extensions.AI;

public sealed class Weather : AIFunction
{
    public override string Name => "weather";
    public override string Description => "The weather in a city.";
    public override JsonElement JsonSchema { get; } = JsonElement.Parse(
        """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""");

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        ValueTask.FromResult<object?>(arguments["city"] is JsonElement { ValueKind: JsonValueKind.String } city
            ? $"Rain in {city.GetString()}."
            : throw new ArgumentException("city"));
}
