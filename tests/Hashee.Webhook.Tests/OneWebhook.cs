using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

/// <summary>The tests that share one instance of the binary and call it one after the other.</summary>
[CollectionDefinition]
[Trait("Binaries", "any")]
public sealed class OneWebhook : ICollectionFixture<RunningWebhook>;
