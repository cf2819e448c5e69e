// An image's layers as a bar of their sizes; hatched where the cache does not have them.
import { bytes, shortDigest } from "../format";

export interface Layer {
  digest: string;
  size: number;
  cached: boolean;
}

function layerClass(index: number, cached: boolean): string {
  return cached ? `series-${(index % 6) + 1}` : "absent";
}

/** The key to the bar's colours, beside what a layer is. */
export function LayerSwatch({ index, cached }: { index: number; cached: boolean }) {
  return <span class={`layer-swatch ${layerClass(index, cached)}`} aria-hidden="true" />;
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
          class={layerClass(index, layer.cached)}
          style={{ flexGrow: Math.max(layer.size, total / 200) }}
          title={`${shortDigest(layer.digest)}: ${bytes(layer.size)}${layer.cached ? "" : ", not cached"}`}
        />
      ))}
    </div>
  );
}
