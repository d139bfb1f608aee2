namespace Straggler.Federation;

/// <summary>Flat vectors of one length, used again and again. Thread-safe.</summary>
/// <param name="length">Elements of each vector.</param>
public sealed class VectorPool(int length)
{
    private readonly Stack<float[]> _free = [];
    private readonly Lock _lock = new();
    private int _rented;

    /// <summary>Vectors allocated so far: the most that were out at once.</summary>
    public int Allocated { get; private set; }

    /// <summary>Vectors that are out.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Takes a vector; its contents are whatever they were.</summary>
    public float[] Rent()
    {
        if (length == 0)
        {
            return [];
        }

        lock (_lock)
        {
            _rented++;
            if (_free.TryPop(out float[]? vector))
            {
                return vector;
            }

            Allocated++;
        }

        return GC.AllocateUninitializedArray<float>(length);
    }

    /// <summary>Gives a vector back.</summary>
    public void Return(float[] vector)
    {
        if (length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _rented--;
            _free.Push(vector);
        }
    }
}
