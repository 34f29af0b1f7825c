using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>What became of a call.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Body">The answer's body; empty where nothing came or the caller reads it as it comes.</param>
internal readonly record struct AwsReply(AwsOutcome Outcome, byte[] Body)
{
    /// <summary>The answer to a call that was accepted and is streamed, which whoever has it disposes; otherwise null.</summary>
    internal HttpReply? Stream { get; init; }

    /// <summary>How long the service asked to be left alone; null when it did not.</summary>
    internal TimeSpan? Wait { get; init; }

    internal static AwsReply Unavailable(string reason) => new(AwsOutcome.Unavailable(reason), []);
}
