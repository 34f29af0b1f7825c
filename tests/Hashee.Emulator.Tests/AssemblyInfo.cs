using System.Runtime.Versioning;

// The emulator starts Linux binaries.
[assembly: SupportedOSPlatform("linux")]
