using Hashee.Testing;

[assembly: AssemblyFixture(typeof(RecordedLog))]
