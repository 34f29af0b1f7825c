using System.Text;
using Hashee.Benchmarks.ColdStart.Services;

namespace Hashee.Benchmarks.ColdStart.Workloads;

/// <summary>The webhook's events for a program that answers any event with the same bytes.</summary>
/// <param name="webhook">Makes the events.</param>
internal sealed class LoopWorkload(WebhookWorkload webhook) : Workload
{
    public override IReadOnlyDictionary<string, string> Environment(Uri cloud) => new Dictionary<string, string>();

    public override Call CreateCall() => webhook.CreateCall() with { Key = null };

    public override string? Check(Call call, HttpExchange? message, byte[] response) =>
        response.AsSpan().SequenceEqual("""{"statusCode":200,"body":"ok"}"""u8) ? null : $"it answered {Encoding.UTF8.GetString(response)}";
}
