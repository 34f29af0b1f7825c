namespace Hashee.Emulator.Sqs;

/// <summary>How the SQS service is set up.</summary>
internal sealed record SqsOptions
{
    /// <summary>Whose requests are accepted.</summary>
    public required AwsAccount Account { get; init; }

    /// <summary>Drives delays, visibility, deduplication and retention. Signatures are always checked against the system's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
