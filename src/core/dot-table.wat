;; Inner products of each of several vectors with each row of a table, four numbers and four rows at a time.
;; `node scripts/wasm.mjs` makes src/core/dot-table-code.ts of this.
(module
  (memory (export "memory") 1)

  ;; All places are in bytes. Vectors, and rows, lie one after the other, `length` bytes each: a multiple of 16. The number
  ;; of rows is a multiple of 4, and neither it nor the number of vectors is 0. The products go to `products`, vector by vector.
  (func (export "multiply")
    (param $vector i32) (param $vectors i32) (param $rows i32) (param $rowCount i32) (param $length i32) (param $products i32)
    (local $row i32) (local $rowsLeft i32) (local $at i32) (local $place i32) (local $four v128)
    (local $first v128) (local $second v128) (local $third v128) (local $fourth v128)
    (loop $eachVector
      (local.set $row (local.get $rows))
      (local.set $rowsLeft (local.get $rowCount))
      (loop $eachFourRows
        (local.set $first (v128.const f32x4 0 0 0 0))
        (local.set $second (v128.const f32x4 0 0 0 0))
        (local.set $third (v128.const f32x4 0 0 0 0))
        (local.set $fourth (v128.const f32x4 0 0 0 0))
        (local.set $at (i32.const 0))
        (loop $eachFourNumbers
          (local.set $four (v128.load (i32.add (local.get $vector) (local.get $at))))
          (local.set $place (i32.add (local.get $row) (local.get $at)))
          (local.set $first (f32x4.add (local.get $first) (f32x4.mul (local.get $four) (v128.load (local.get $place)))))
          (local.set $place (i32.add (local.get $place) (local.get $length)))
          (local.set $second (f32x4.add (local.get $second) (f32x4.mul (local.get $four) (v128.load (local.get $place)))))
          (local.set $place (i32.add (local.get $place) (local.get $length)))
          (local.set $third (f32x4.add (local.get $third) (f32x4.mul (local.get $four) (v128.load (local.get $place)))))
          (local.set $place (i32.add (local.get $place) (local.get $length)))
          (local.set $fourth (f32x4.add (local.get $fourth) (f32x4.mul (local.get $four) (v128.load (local.get $place)))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $eachFourNumbers (i32.lt_u (local.get $at) (local.get $length))))
        (f32.store offset=0 (local.get $products) (call $sum (local.get $first)))
        (f32.store offset=4 (local.get $products) (call $sum (local.get $second)))
        (f32.store offset=8 (local.get $products) (call $sum (local.get $third)))
        (f32.store offset=12 (local.get $products) (call $sum (local.get $fourth)))
        (local.set $products (i32.add (local.get $products) (i32.const 16)))
        (local.set $row (i32.add (local.get $row) (i32.mul (local.get $length) (i32.const 4))))
        (local.set $rowsLeft (i32.sub (local.get $rowsLeft) (i32.const 4)))
        (br_if $eachFourRows (local.get $rowsLeft)))
      (local.set $vector (i32.add (local.get $vector) (local.get $length)))
      (local.set $vectors (i32.sub (local.get $vectors) (i32.const 1)))
      (br_if $eachVector (local.get $vectors))))

  (func $sum (param $four v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $four)) (f32x4.extract_lane 1 (local.get $four)))
      (f32.add (f32x4.extract_lane 2 (local.get $four)) (f32x4.extract_lane 3 (local.get $four))))))
