namespace Hashee.Webhook.Tests;

/// <summary>The tests that run the handler in this process, one after the other: they share its log.</summary>
[CollectionDefinition(nameof(InThisProcess))]
public sealed class InThisProcess;
