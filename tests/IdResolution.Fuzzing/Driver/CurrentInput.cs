using System.IO.MemoryMappedFiles;

namespace IdResolution.Fuzzing.Driver;

/// <summary>
/// The input that is being read, in a file: it is there still if the process dies of it. One that is read for longer
/// than a minute ends the process.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly string _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Timer _watch;
    private long _number;
    private long _watched = -1;

    public CurrentInput(string folder, FuzzTarget target)
    {
        Directory.CreateDirectory(folder);
        _file = Path.Combine(folder, target.Name + ".current");
        _map = MemoryMappedFile.CreateFromFile(_file, FileMode.Create, null, 4 + (1 << 20));
        _view = _map.CreateViewAccessor();
        _watch = new Timer(_ => Watch(), null, s_patience, s_patience);
    }

    /// <summary>The input that a process left behind.</summary>
    public static byte[] Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        return bytes.AsSpan(4, BitConverter.ToInt32(bytes)).ToArray();
    }

    public void Set(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(4, input, 0, input.Length);
        Volatile.Write(ref _number, _number + 1);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _view.Dispose();
        _map.Dispose();
        File.Delete(_file);
    }

    private void Watch()
    {
        if (_watched == Volatile.Read(ref _number))
        {
            Environment.FailFast("An input is read without end.");
        }
        _watched = Volatile.Read(ref _number);
    }
}
