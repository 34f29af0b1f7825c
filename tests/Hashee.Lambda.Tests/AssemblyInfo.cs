using System.Runtime.Versioning;
using Hashee.Testing;

// The emulator starts Linux binaries.
[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(SilentLog))]
