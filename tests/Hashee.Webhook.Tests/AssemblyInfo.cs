using Hashee.Webhook.Tests;

[assembly: AssemblyFixture(typeof(SilentLog))]
