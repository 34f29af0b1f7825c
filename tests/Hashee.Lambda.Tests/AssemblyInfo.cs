using Hashee.Lambda.Tests;

[assembly: AssemblyFixture(typeof(SilentLog))]
