namespace Hashee.Emulator.Platform;

/// <summary>A person with one or more devices.</summary>
internal sealed class User : IDisposable
{
    private readonly List<Device> _devices = [];

    internal User(string id) => Id = id;

    public string Id { get; }

    /// <summary>The devices in the order they were added, as they are now.</summary>
    public IReadOnlyList<Device> Devices
    {
        get
        {
            lock (_devices)
            {
                return [.. _devices];
            }
        }
    }

    /// <summary>Adds a device with fresh keys; whoever asks for the user's keys from now on sees it.</summary>
    public Device AddDevice()
    {
        lock (_devices)
        {
            Device device = new(this, $"{Id}-device-{_devices.Count + 1}");
            _devices.Add(device);
            return device;
        }
    }

    public void Dispose()
    {
        foreach (Device device in Devices)
        {
            device.Dispose();
        }
    }
}
