// An image's layers as a bar of their sizes; hatched where the cache does not have them.
import { bytes, shortDigest } from "../format";

export interface Layer {
  digest: string;
  size: number;
  cached: boolean;
}

export function LayerBar({ layers }: { layers: Layer[] }) {
  const total = layers.reduce((sum, layer) => sum + layer.size, 0);
  const cached = layers.filter((layer) => layer.cached).length;
  const label = `${layers.length} layers, ${bytes(total)}; ${cached} of them cached`;
  return (
    <div class="layer-bar" role="img" aria-label={label}>
      {layers.map((layer, index) => (
        <span
          key={`${layer.digest}-${index}`}
          class={layer.cached ? `series-${(index % 6) + 1}` : "absent"}
          style={{ flexGrow: Math.max(layer.size, total / 200) }}
          title={`${shortDigest(layer.digest)}: ${bytes(layer.size)}${layer.cached ? "" : ", not cached"}`}
        />
      ))}
    </div>
  );
}
