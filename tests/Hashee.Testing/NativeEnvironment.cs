using System.Runtime.InteropServices;

namespace Hashee.Testing;

/// <summary>Variables in the environment block of this process, where the functions read them; taken away again at the end.</summary>
internal sealed partial class NativeEnvironment : IDisposable
{
    private readonly List<string> _names = [];

    public void Set(string name, string value)
    {
        _names.Add(name);
        Assert.Equal(0, SetVariable(name, value, 1));
    }

    public void Dispose() => _names.ForEach(static name => _ = UnsetVariable(name));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);
}
