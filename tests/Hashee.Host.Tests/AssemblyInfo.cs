using Hashee.Testing;

[assembly: AssemblyFixture(typeof(SilentLog))]
