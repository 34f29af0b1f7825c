using Hashee.Host;

namespace Hashee.Agents.Sessions;

/// <summary>Keeps what an instance has read or written lately, so that a file that has not changed is not read again.</summary>
/// <param name="objects">Where the files are.</param>
/// <param name="mostBytes">What is kept at most.</param>
internal sealed class CachedObjects(ISessionObjects objects, long mostBytes = 16 * 1024 * 1024) : ISessionObjects
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Key, string ETag), LinkedListNode<((string, string) Name, ReadOnlyMemory<byte> Content)>> _kept = [];
    private readonly LinkedList<((string, string) Name, ReadOnlyMemory<byte> Content)> _order = new();
    private long _bytes;

    public void Connect(TimeSpan limit) => objects.Connect(limit);

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(StoredFile file, TimeLimit limit)
    {
        if (Find((file.Key, file.ETag)) is { } kept)
        {
            return kept;
        }

        ReadOnlyMemory<byte>? content = await objects.GetAsync(file, limit);
        if (content is { } found)
        {
            Keep((file.Key, file.ETag), found);
        }

        return content;
    }

    public async ValueTask<string> PutAsync(string key, ReadOnlyMemory<byte> content, TimeLimit limit)
    {
        string eTag = await objects.PutAsync(key, content, limit);
        Keep((key, eTag), content);
        return eTag;
    }

    public ValueTask DeleteAsync(string key, TimeLimit limit) => objects.DeleteAsync(key, limit);

    private ReadOnlyMemory<byte>? Find((string, string) name)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(name, out LinkedListNode<((string, string) Name, ReadOnlyMemory<byte> Content)>? node))
            {
                return null;
            }

            _order.Remove(node);
            _order.AddLast(node);
            return node.Value.Content;
        }
    }

    private void Keep((string, string) name, ReadOnlyMemory<byte> content)
    {
        lock (_gate)
        {
            if (_kept.ContainsKey(name))
            {
                return;
            }

            _kept[name] = _order.AddLast((name, content));
            _bytes += content.Length;
            while (_bytes > mostBytes && _order.First is { } oldest)
            {
                _order.Remove(oldest);
                _kept.Remove(oldest.Value.Name);
                _bytes -= oldest.Value.Content.Length;
            }
        }
    }
}
