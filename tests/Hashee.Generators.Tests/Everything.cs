using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hashee.Agents;

namespace Hashee.Generators.Tests;

public enum Size
{
    Small,
    Large,
}

public sealed record Order(string Thing, int Count, Size Size = Size.Small);

public sealed record Receipt(string Thing, decimal Total);

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
public sealed partial class ShopJson : JsonSerializerContext;

/// <summary>A tool of every kind; the compiler runs the generator over it.</summary>
public sealed class Everything(string prefix)
{
    [Tool]
    [Description("Says \"hello\".\nTwice.")]
    public static string Hello([Description("Whom to greet.")] string name, int times = 2) => string.Join(' ', Enumerable.Repeat($"Hello {name}", times));

    [Tool("with-prefix")]
    public string Prefixed(string text) => prefix + text;

    [Tool]
    public static async Task<long> AddAsync(int a, long b, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return a + b;
    }

    [Tool]
    public static async ValueTask<Size> PickAsync(Size size, Size? other, Size fallback = Size.Large)
    {
        await Task.Yield();
        return other ?? (size == Size.Small ? fallback : size);
    }

    [Tool]
    public static string Simple(
        bool truth, byte small, double number, float less, decimal exact, char letter, DateTimeOffset moment, Guid id, Uri address, ulong large) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{truth} {small} {number} {less} {exact} {letter} {moment:O} {id} {address} {large}");

    [Tool]
    public static string Lists(string[] texts, IReadOnlyList<int> numbers, List<Size> sizes, IEnumerable<int?>? maybe = null) =>
        $"{string.Join('+', texts)} {numbers.Sum()} {string.Join('+', sizes)} {maybe?.Count(static n => n is null)}";

    [Tool]
    public static string Defaults(
        string? text = "a\"b", double half = 0.5, decimal exact = 1.10m, Size size = Size.Large, bool truth = true, int? none = null, char letter = '\n') =>
        string.Create(CultureInfo.InvariantCulture, $"{text ?? "null"} {half} {exact} {size} {truth} {none?.ToString(CultureInfo.InvariantCulture) ?? "none"} {(int)letter}");

    [Tool(Json = typeof(ShopJson))]
    public static Receipt Buy([Description("What is bought.")] Order order, decimal price) => new(order.Thing, order.Count * price);

    [Tool(Json = typeof(ShopJson))]
    public static IReadOnlyList<string> Names(JsonElement anything, string @class) => [anything.GetRawText(), @class];

    [Tool]
    public static Task Nothing(Message message, Conversation conversation, AgentLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        Assert.Same(message.Conversation, conversation);
        return Task.CompletedTask;
    }
}

/// <summary>All of its tools are static.</summary>
public static class StaticTools
{
    [Tool]
    public static int One() => 1;
}
