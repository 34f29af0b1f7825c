using System.Runtime.CompilerServices;
using Hashee.Testing.Servers;

namespace Hashee.Agents.Tests;

internal static class Start
{
    [ModuleInitializer]
    internal static void Configure() => LaxOpenSsl.Configure();
}
