using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>Lambda's prices in US dollars, from the dated file prices.json: on demand, first tier, without the free tier.</summary>
/// <param name="Date">When the prices were looked up, <c>yyyy-MM-dd</c>.</param>
/// <param name="Region">The region they hold for.</param>
/// <param name="Source">Where they are published.</param>
/// <param name="PerMillionRequests">For being called, whatever happens then.</param>
/// <param name="PerGigabyteSecond">For a GB (1024 MB) of memory during a second, by architecture.</param>
internal sealed record PriceTable(
    string Date, string Region, string Source, decimal PerMillionRequests, IReadOnlyDictionary<string, decimal> PerGigabyteSecond)
{
    /// <summary>Reads the file that is part of this program.</summary>
    public static PriceTable Load()
    {
        using Stream file = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")
            ?? throw new InvalidOperationException("prices.json is not embedded");
        return JsonSerializer.Deserialize(file, PriceTableJson.Default.PriceTable)
            ?? throw new InvalidDataException("prices.json is empty");
    }

    /// <summary>What a call is billed for: each begun millisecond.</summary>
    public static long BilledMilliseconds(double milliseconds) => Math.Max(1, (long)Math.Ceiling(milliseconds));

    /// <summary>What a million calls cost.</summary>
    /// <param name="architecture"><c>arm64</c> or <c>x86_64</c>.</param>
    /// <param name="megabytes">The memory size.</param>
    /// <param name="milliseconds">How long one call takes; for a cold one with its INIT, which a function on provided.al2023 is billed for too.</param>
    /// <exception cref="KeyNotFoundException">There is no such architecture.</exception>
    public decimal PerMillionCalls(string architecture, int megabytes, double milliseconds) =>
        PerMillionRequests + (1_000_000m * megabytes / 1024m * BilledMilliseconds(milliseconds) / 1000m * PerGigabyteSecond[architecture]);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PriceTable))]
internal sealed partial class PriceTableJson : JsonSerializerContext;
